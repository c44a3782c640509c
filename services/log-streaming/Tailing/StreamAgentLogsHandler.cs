using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.Reach;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>
/// Passes a node's log stream on, batch by batch. Nothing is held here: a viewer that reads slowly slows the node's stream by flow
/// control, and the node then tells what it left out.
/// </summary>
internal sealed class StreamAgentLogsHandler(
    INodeConnector nodes, IHostApplicationLifetime lifetime, IOptions<TailingOptions> options, TimeProvider clock)
{
    private static readonly Failure Leaving =
        new(FailureKind.Unavailable, Reasons.Draining, "This process goes away; go on from the last cursor.") { RetryAfter = TimeSpan.FromSeconds(1) };

    private readonly TailingOptions _options = options.Value;
    private int _streams;

    /// <param name="write">Sends one message to the viewer.</param>
    /// <returns>
    /// Null at the end of a stream that does not follow; or Invalid (see <see cref="LogRules"/>), NotFound (NODE_UNKNOWN, AGENT_UNKNOWN),
    /// Busy (STREAM_LIMIT, SLOW_CONSUMER), Unavailable (NODE_UNREACHABLE, STORE_UNAVAILABLE, DRAINING), and what the node refuses with.
    /// </returns>
    public async Task<Failure?> HandleAsync(
        StreamAgentLogsRequest request, Func<StreamAgentLogsResponse, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var query = request.ToQuery();
        var refusal = LogRules.Target(request.NodeId, request.AgentId) ?? LogRules.Lines(request.Tail, "tail") ?? LogRules.Query(query);
        if (refusal is not null)
        {
            return refusal;
        }

        try
        {
            return Interlocked.Increment(ref _streams) > _options.MostStreams
                ? new Failure(FailureKind.Busy, Reasons.StreamLimit, $"There are {_options.MostStreams} log streams already.")
                : await FollowAsync(request, query, write, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }

    private async Task<Failure?> FollowAsync(
        StreamAgentLogsRequest request, LogQuery query, Func<StreamAgentLogsResponse, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var asked = new StreamLogsRequest { Query = query, Tail = request.Tail, Follow = request.Follow };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            var opened = await nodes.OpenAsync(request.NodeId, Traffic.Stream, (daemon, call) => daemon.StreamLogs(asked, call), ending.Token);
            if (!opened.Succeeded)
            {
                return opened.Failure.AsOfRequest();
            }

            using var stream = opened.Value;
            return await PassOnAsync(stream, write, ending.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Leaving;
        }
    }

    private async Task<Failure?> PassOnAsync(
        NodeMessages<StreamLogsResponse> stream, Func<StreamAgentLogsResponse, CancellationToken, Task> write, CancellationToken ending)
    {
        var next = stream.NextAsync(ending);
        while (true)
        {
            StreamAgentLogsResponse message;
            if (await ComesInTimeAsync(next, ending))
            {
                var outcome = await next;
                if (!outcome.Succeeded || outcome.Value is null)
                {
                    return outcome.Failure?.AsOfRequest();
                }

                message = new StreamAgentLogsResponse { Batch = outcome.Value.Batch };
                next = stream.NextAsync(ending);
            }
            else
            {
                message = new StreamAgentLogsResponse { Batch = new LogBatch() };
            }

            try
            {
                await write(message, ending).WaitAsync(_options.SlowestRead, clock, ending);
            }
            catch (TimeoutException)
            {
                return new Failure(FailureKind.Busy, Reasons.SlowConsumer, $"Nothing was read for {_options.SlowestRead.TotalSeconds} s.");
            }
        }
    }

    private async Task<bool> ComesInTimeAsync(Task next, CancellationToken ending)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        using var waited = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var first = await Task.WhenAny(next, Task.Delay(_options.KeepAlive, clock, waited.Token));
        await waited.CancelAsync();
        ending.ThrowIfCancellationRequested();
        return first == next;
    }
}
