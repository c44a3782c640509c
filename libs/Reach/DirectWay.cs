using Grpc.Core;
using Grpc.Net.Client;

namespace OpsMesh.Reach;

/// <summary>One mutual-TLS channel per node, kept while its address stays. The certificate at the other end must name the node.</summary>
internal sealed class DirectWay(NodeHandlers handlers) : INodeWay, IDisposable
{
    // An idle channel holds no connection for longer than a minute; this only keeps nodes that are gone from piling up.
    private const int MostChannels = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pooled> _channels = new(StringComparer.Ordinal);

    public Way Way => Way.Direct;

    public Outcome<CallInvoker> Open(NodeDocument node)
    {
        if (string.IsNullOrEmpty(node.Address))
        {
            return NodeFailures.Unreachable(node.NodeId, "it advertises no address.");
        }

        if (!Uri.TryCreate($"https://{node.Address}", UriKind.Absolute, out var address) || address.PathAndQuery != "/")
        {
            return NodeFailures.Unreachable(node.NodeId, $"'{node.Address}' is no address.");
        }

        lock (_gate)
        {
            if (_channels.TryGetValue(node.NodeId, out var pooled) && pooled.Address == address)
            {
                return pooled.Channel.CreateCallInvoker();
            }

            // The node moved: what still runs on the old address can only fail.
            pooled?.Channel.Dispose();
            MakeRoomUnderLock();
            var channel = GrpcChannel.ForAddress(
                address, new GrpcChannelOptions { HttpHandler = handlers.Create(node.NodeId), DisposeHttpClient = true });
            _channels[node.NodeId] = new(address, channel);
            return channel.CreateCallInvoker();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pooled in _channels.Values)
            {
                pooled.Channel.Dispose();
            }

            _channels.Clear();
        }
    }

    private void MakeRoomUnderLock()
    {
        if (_channels.Count < MostChannels)
        {
            return;
        }

        foreach (var (nodeId, pooled) in _channels.Take(MostChannels / 10).ToList())
        {
            _channels.Remove(nodeId);
            pooled.Channel.Dispose();
        }
    }

    private sealed record Pooled(Uri Address, GrpcChannel Channel);
}
