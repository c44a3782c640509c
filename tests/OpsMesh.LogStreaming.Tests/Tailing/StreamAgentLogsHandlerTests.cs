using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.LogStreaming.Fakes;
using OpsMesh.Reach;

namespace OpsMesh.LogStreaming.Tailing;

public sealed class StreamAgentLogsHandlerTests : IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly LogDaemon _daemon = new();
    private readonly TailingOptions _options = new();
    private readonly Channel<StreamAgentLogsResponse> _viewer = Channel.CreateBounded<StreamAgentLogsResponse>(4);

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_ArePassedOnAtOnceUntilTheNodeEnds()
    {
        var streamed = StreamAsync(Token);
        _daemon.Writes(Batch());
        Assert.Empty((await NextAsync()).Batch.Lines);
        _daemon.Writes(Batch("one", "two"));
        Assert.Equal(["one", "two"], (await NextAsync()).Batch.Lines.Select(line => line.Text));
        _daemon.Ends();

        Assert.Null(await streamed);
        Assert.Equal(Traffic.Stream, _daemon.Traffic);
        Assert.True(_daemon.Disposed);
    }

    [Fact]
    public async Task SilentNode_KeepsTheViewersStreamAlive()
    {
        _options.KeepAlive = TimeSpan.FromMilliseconds(50);
        var streamed = StreamAsync(Token);

        Assert.Empty((await NextAsync()).Batch.Lines);
        Assert.Empty((await NextAsync()).Batch.Lines);

        _daemon.Ends();
        await streamed;
    }

    [Fact]
    public async Task ViewerThatTakesNothing_IsLetGo()
    {
        _options.SlowestRead = TimeSpan.FromMilliseconds(50);
        var streamed = StreamAsync(Token);
        for (var i = 0; i < 6; i++)
        {
            _daemon.Writes(Batch($"line {i}"));
        }

        Assert.Equal((FailureKind.Busy, Reasons.SlowConsumer), Seen(await streamed));
        Assert.True(_daemon.Disposed);
    }

    [Fact]
    public async Task ViewerGoes_NodesStreamIsEnded()
    {
        using var viewing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var streamed = StreamAsync(viewing.Token);
        _daemon.Writes(Batch());
        await NextAsync();

        await viewing.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => streamed);
        Assert.True(_daemon.Disposed);
    }

    [Fact]
    public async Task ProcessStops_ViewerIsToldToComeAgain()
    {
        var streamed = StreamAsync(Token);
        _daemon.Writes(Batch());
        await NextAsync();

        await _stopping.CancelAsync();

        Assert.Equal((FailureKind.Unavailable, Reasons.Draining), Seen(await streamed));
    }

    [Fact]
    public async Task TooManyStreams_AreRefused()
    {
        _options.MostStreams = 1;
        var handler = Handler();
        var first = handler.HandleAsync(Request(), WriteAsync, Token);
        _daemon.Writes(Batch());
        await NextAsync();

        Assert.Equal((FailureKind.Busy, Reasons.StreamLimit), Seen(await handler.HandleAsync(Request(), WriteAsync, Token)));

        _daemon.Ends();
        await first;
    }

    public void Dispose() => _stopping.Dispose();

    void IHostApplicationLifetime.StopApplication() => _stopping.Cancel();

    private StreamAgentLogsHandler Handler() => new(_daemon, this, Options.Create(_options), TimeProvider.System);

    private Task<Failure?> StreamAsync(CancellationToken cancellationToken) => Handler().HandleAsync(Request(), WriteAsync, cancellationToken);

    private Task WriteAsync(StreamAgentLogsResponse message, CancellationToken cancellationToken) =>
        _viewer.Writer.WriteAsync(message, cancellationToken).AsTask();

    private async Task<StreamAgentLogsResponse> NextAsync() =>
        await _viewer.Reader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Token);

    private static (FailureKind?, string?) Seen(Failure? failure) => (failure?.Kind, failure?.Reason);

    private static StreamAgentLogsRequest Request() =>
        new() { NodeId = "01890a5d-ac96-774b-bcce-b302099a8057", AgentId = "game", Follow = true };

    private static StreamLogsResponse Batch(params string[] lines) =>
        new() { Batch = new LogBatch { Lines = { lines.Select(text => new LogLine { Text = text }) } } };
}
