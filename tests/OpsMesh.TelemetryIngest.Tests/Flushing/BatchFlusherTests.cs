using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.Hosting;
using OpsMesh.Testing;

namespace OpsMesh.TelemetryIngest.Flushing;

public sealed class BatchFlusherTests : IAsyncLifetime
{
    private static readonly FlushOptions Limits = new() { MaxSamples = 3, MaxDelay = TimeSpan.FromSeconds(2) };

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualClock _clock = new();
    private readonly RecordingStore _store = new();
    private readonly BatchQueue _queue = new(Options.Create(Limits));
    private readonly Dependencies _dependencies;
    private readonly BatchFlusher _flusher;

    public BatchFlusherTests()
    {
        _dependencies = new Dependencies(_meters.GetRequiredService<IMeterFactory>());
        _flusher = new BatchFlusher(
            _queue, _store, _dependencies, Options.Create(Limits), _clock, NullLogger<BatchFlusher>.Instance);
    }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _flusher.StartAsync(TestEnd);

    public async ValueTask DisposeAsync()
    {
        await _flusher.StopAsync(CancellationToken.None);
        _flusher.Dispose();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task LoneBatch_IsAnsweredOnlyAfterItsWrite()
    {
        var batch = Send(seq: 1);
        Assert.Equal(Limits.MaxDelay, await _clock.NextTimerAsync(TestEnd));

        _clock.Advance(Limits.MaxDelay - TimeSpan.FromTicks(1));
        Assert.False(batch.Refusal.IsCompleted);

        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await batch.Refusal.WaitAsync(TestEnd));
        Assert.Equal([1L], Assert.Single(_store.Written));
    }

    [Fact]
    public async Task BrokenStore_TellsEveryNodeToSendAgain()
    {
        _store.Broken = true;
        PendingBatch[] batches = [Send(seq: 1), Send(seq: 2), Send(seq: 3)];

        foreach (var batch in batches)
        {
            Assert.Equal(Reasons.StoreUnavailable, (await batch.Refusal.WaitAsync(TestEnd))?.Reason);
        }

        Assert.Equal("samples", Assert.Single(_dependencies.Degraded).Name);
    }

    [Fact]
    public async Task Stop_AnswersWhatWasAccepted()
    {
        var batch = Send(seq: 1);

        await _flusher.StopAsync(TestEnd);

        Assert.Null(await batch.Refusal.WaitAsync(TestEnd));
    }

    private PendingBatch Send(long seq)
    {
        var one = new Sample("cpu", _clock.GetUtcNow().ToUnixTimeSeconds(), [new("total", 0.5)]);
        var batch = new PendingBatch("node-1", daemonEpoch: 1, seq, [one]);
        Assert.True(_queue.TryAdd(batch));
        return batch;
    }
}
