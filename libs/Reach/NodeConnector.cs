using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using DaemonClient = OpsMesh.Contracts.Daemon.V1.DaemonService.DaemonServiceClient;

namespace OpsMesh.Reach;

/// <summary>Tries the ways in their configured order; when none leads to the node, reads its address anew and tries once more.</summary>
internal sealed partial class NodeConnector(
    INodeDirectory directory, IEnumerable<INodeWay> ways, IOptions<ReachOptions> options, TimeProvider clock, ILogger<NodeConnector> logger)
    : INodeConnector
{
    internal static readonly ActivitySource Spans = new("OpsMesh.Reach");

    private readonly ReachOptions _options = options.Value;
    private readonly Dictionary<Way, INodeWay> _ways = ways.ToDictionary(way => way.Way);

    public Task<Outcome<T>> CallAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
        where T : class =>
        TryAsync<T>(nodeId, traffic, async (client, _) =>
        {
            var deadline = clock.GetUtcNow().UtcDateTime + _options.UnaryDeadline;
            using var unary = start(client, new CallOptions(deadline: deadline, cancellationToken: cancellationToken));
            return await unary.ResponseAsync;
        }, cancellationToken);

    public Task<Outcome<NodeMessages<T>>> OpenAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonClient, CallOptions, AsyncServerStreamingCall<T>> start, CancellationToken cancellationToken)
        where T : class =>
        TryAsync<NodeMessages<T>>(nodeId, traffic, async (client, way) =>
        {
            var stream = start(client, new CallOptions(cancellationToken: cancellationToken));
            try
            {
                var any = await stream.ResponseStream.MoveNext(cancellationToken).WaitAsync(_options.FirstMessageWithin, clock, cancellationToken);
                return new NodeMessages<T>(nodeId, way, any ? stream.ResponseStream.Current : null, stream.ResponseStream, stream);
            }
            catch (TimeoutException)
            {
                stream.Dispose();
                throw new RpcException(new(StatusCode.DeadlineExceeded, $"no message within {_options.FirstMessageWithin.TotalSeconds} s"));
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }, cancellationToken);

    private async Task<Outcome<T>> TryAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonClient, Way, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        var found = await directory.FindAsync(nodeId, fresh: false, cancellationToken);
        if (!found.Succeeded)
        {
            return found.Failure;
        }

        var outcome = await TryWaysAsync(found.Value, traffic, call, cancellationToken);
        if (outcome.Succeeded || outcome.Failure.Reason != Reasons.NodeUnreachable)
        {
            return outcome;
        }

        var again = await directory.FindAsync(nodeId, fresh: true, cancellationToken);
        return again.Succeeded && again.Value != found.Value
            ? await TryWaysAsync(again.Value, traffic, call, cancellationToken)
            : outcome;
    }

    private async Task<Outcome<T>> TryWaysAsync<T>(
        NodeDocument node, Traffic traffic, Func<DaemonClient, Way, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        var last = NodeFailures.Unreachable(node.NodeId, "no way is configured.");
        foreach (var way in _options.Order(traffic))
        {
            if (!_ways.TryGetValue(way, out var opener))
            {
                continue;
            }

            var opened = opener.Open(node);
            if (!opened.Succeeded)
            {
                last = opened.Failure;
                continue;
            }

            var outcome = await TryOneAsync(node.NodeId, way, opened.Value, call, cancellationToken);
            if (outcome.Succeeded || outcome.Failure.Reason != Reasons.NodeUnreachable)
            {
                return outcome;
            }

            last = outcome.Failure;
        }

        return last;
    }

    private async Task<Outcome<T>> TryOneAsync<T>(
        string nodeId, Way way, CallInvoker invoker, Func<DaemonClient, Way, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        using var span = Spans.StartActivity($"reach node by {(way == Way.Dapr ? "dapr" : "direct")}");
        span?.SetTag("opsmesh.node_id", nodeId);
        try
        {
            return Outcome<T>.Of(await call(new DaemonClient(invoker), way));
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            span?.SetStatus(ActivityStatusCode.Error, e.Status.Detail);
            if (NodeFailures.Typed(e) is { } refused)
            {
                return refused;
            }

            if (NodeFailures.IsUnreachable(e))
            {
                LogUnreachable(nodeId, way, e.Status);
                return NodeFailures.Unreachable(nodeId, $"{(way == Way.Dapr ? "the sidecar" : "the direct connection")} ended with {e.StatusCode}.");
            }

            throw;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The way {Way} does not lead to node {NodeId}: {Why}")]
    private partial void LogUnreachable(string nodeId, Way way, Status why);
}
