using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.Registry.Heartbeats;

namespace OpsMesh.Registry.Liveness;

/// <summary>Writes what this replica heard as <c>live:replica:chunk</c>, never one write per heartbeat. A hint: nothing follows from it.</summary>
internal sealed partial class LiveWriter(
    SessionTable sessions,
    Documents documents,
    ReplicaIdentity replica,
    IOptions<LivenessOptions> options,
    TimeProvider clock,
    ILogger<LiveWriter> logger) : BackgroundService
{
    private const int ChunkSize = 1000;

    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(2);

    private readonly Dictionary<int, LiveNode[]> _written = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.LivePeriod, clock, stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Its time to live removes what is written.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var nodes = sessions.Views.OrderBy(v => v.NodeId, StringComparer.Ordinal)
            .Select(v => new LiveNode(v.NodeId, v.Epoch, v.Seq, v.LastHeartbeat));
        var chunk = 0;
        foreach (var live in nodes.Chunk(ChunkSize))
        {
            if (!_written.TryGetValue(chunk, out var before) || !before.AsSpan().SequenceEqual(live))
            {
                await WriteChunkAsync(chunk, live, cancellationToken);
            }

            chunk++;
        }
    }

    private async Task WriteChunkAsync(int chunk, LiveNode[] live, CancellationToken cancellationToken)
    {
        try
        {
            var document = new LiveDocument { WrittenAt = clock.GetUtcNow(), Nodes = live };
            await documents.SaveHintAsync($"live:{replica.Id}:{chunk}", document, TimeToLive, cancellationToken);
            _written[chunk] = live;
        }
        catch (StoreUnavailableException ex)
        {
            LogNotWritten(ex);
        }
    }

    [LoggerMessage(LogLevel.Debug, "What was heard was not written for other replicas")]
    private partial void LogNotWritten(Exception exception);
}

internal sealed record LiveDocument
{
    public int Schema { get; init; } = 1;

    public required DateTimeOffset WrittenAt { get; init; }

    public required IReadOnlyList<LiveNode> Nodes { get; init; }
}

internal sealed record LiveNode(string NodeId, ulong SessionEpoch, ulong Seq, DateTimeOffset? LastHeartbeat);
