using System.Collections.Concurrent;
using Dapr;
using Dapr.Client;
using Microsoft.Extensions.Options;

namespace OpsMesh.Reach;

/// <summary>Reads <c>node:&lt;id&gt;</c> by key and remembers the answer for a few seconds. An unknown node is never remembered.</summary>
internal sealed class StateNodeDirectory(DaprClient dapr, TimeProvider clock, IOptions<ReachOptions> options) : INodeDirectory
{
    private const string Store = "statestore";
    private const int MostRemembered = 20_000;

    private readonly ConcurrentDictionary<string, Remembered> _remembered = new(StringComparer.Ordinal);
    private readonly ReachOptions _options = options.Value;

    public async Task<Outcome<NodeDocument>> FindAsync(string nodeId, bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && _remembered.TryGetValue(nodeId, out var known) && clock.GetElapsedTime(known.At) < _options.RememberNode)
        {
            return known.Node;
        }

        NodeDocument? node;
        try
        {
            node = await dapr.GetStateAsync<NodeDocument?>(Store, $"node:{nodeId}", cancellationToken: cancellationToken);
        }
        catch (DaprException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return NodeFailures.StoreUnavailable(e);
        }

        if (node is null)
        {
            _remembered.TryRemove(nodeId, out _);
            return NodeFailures.Unknown(nodeId);
        }

        Remember(nodeId, node);
        return node;
    }

    private void Remember(string nodeId, NodeDocument node)
    {
        // Far above a fleet; only a bound so that nothing grows for ever.
        if (_remembered.Count >= MostRemembered)
        {
            _remembered.Clear();
        }

        _remembered[nodeId] = new(node, clock.GetTimestamp());
    }

    private sealed record Remembered(NodeDocument Node, long At);
}
