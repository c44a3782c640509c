using Grpc.Core;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Registry.Nodes;
using OpsMesh.Rpc;

namespace OpsMesh.Registry.Inventory;

/// <summary>Wire adapter of what people and services ask about nodes. It decides nothing.</summary>
internal sealed class NodesGrpc(ListNodesHandler list, INodeDirectory directory, NodeViews views, IHostApplicationLifetime lifetime)
    : NodeService.NodeServiceBase
{
    public override Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context) =>
        Task.FromResult(list.Get(request).OrThrowRpc());

    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context) =>
        Task.FromResult(list.List(request).OrThrowRpc());

    /// <summary>One loop reads and writes: a slow reader is answered later, with the last state of each node, and costs no memory.</summary>
    public override async Task WatchNodes(
        WatchNodesRequest request, IServerStreamWriter<WatchNodesResponse> responseStream, ServerCallContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        var (nodes, changeSeq) = directory.Snapshot();
        foreach (var node in nodes)
        {
            await responseStream.WriteAsync(new WatchNodesResponse { Node = views.View(node) }, end.Token);
        }

        var snapshotEnd = new SnapshotEnd { Count = nodes.Count };
        await responseStream.WriteAsync(new WatchNodesResponse { SnapshotEnd = snapshotEnd }, end.Token);
        await foreach (var node in directory.FollowAsync(changeSeq, end.Token))
        {
            await responseStream.WriteAsync(new WatchNodesResponse { Node = views.View(node) }, end.Token);
        }
    }
}
