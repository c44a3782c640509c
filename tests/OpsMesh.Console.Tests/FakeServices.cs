using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Rpc;

namespace OpsMesh.Console;

internal sealed class FakeNodes(FakeMesh mesh) : NodeService.NodeServiceBase
{
    public const string NodeId = "019a0000-0000-7000-8000-000000000001";

    public override Task<ListNodesResponse> ListNodes(ListNodesRequest request, ServerCallContext context)
    {
        mesh.Saw(request, context);
        var nodes = new[] { OfName("node-1"), OfName("twin"), OfName("twin") }.Where(node => request.Hostname is "" || node.Hostname == request.Hostname);
        return Task.FromResult(new ListNodesResponse { Nodes = { nodes } });
    }

    public override Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context)
    {
        mesh.Saw(request, context);
        return request.NodeId == NodeId
            ? Task.FromResult(new GetNodeResponse { Node = OfName("node-1") })
            : throw RpcStatusMap.ToRpcException(new Failure(FailureKind.NotFound, Reasons.NodeUnknown, "No such node.") { Field = "node_id" });
    }

    public override async Task WatchNodes(WatchNodesRequest request, IServerStreamWriter<WatchNodesResponse> responseStream, ServerCallContext context)
    {
        mesh.Saw(request, context);
        await responseStream.WriteAsync(new WatchNodesResponse { Node = OfName("node-1") });
        await responseStream.WriteAsync(new WatchNodesResponse { SnapshotEnd = new SnapshotEnd { Count = 1 } });
        throw RpcStatusMap.ToRpcException(new Failure(FailureKind.Unavailable, Reasons.Draining, "Connect again.") { RetryAfter = TimeSpan.FromSeconds(1) });
    }

    private static Node OfName(string hostname) =>
        new() { NodeId = NodeId, Hostname = hostname, State = NodeState.Online, Revision = 7, SessionEpoch = ulong.MaxValue };
}

internal sealed class FakeAgents(FakeMesh mesh) : AgentService.AgentServiceBase
{
    public override Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context)
    {
        mesh.Saw(request, context);
        return Task.FromResult(new ListAgentsResponse { Agents = { new AgentInfo { Id = "game", NodeId = request.NodeId, Status = AgentStatus.Running, Pid = 42 } } });
    }

    public override Task<OperateAgentResponse> OperateAgent(OperateAgentRequest request, ServerCallContext context)
    {
        mesh.Saw(request, context);
        return mesh.Refusal is { } refusal
            ? throw RpcStatusMap.ToRpcException(refusal)
            : Task.FromResult(new OperateAgentResponse { Success = true, Outcome = "DONE", CommandId = "c-1" });
    }
}

internal sealed class FakeLogs(FakeMesh mesh) : LogService.LogServiceBase
{
    public override async Task StreamAgentLogs(
        StreamAgentLogsRequest request, IServerStreamWriter<StreamAgentLogsResponse> responseStream, ServerCallContext context)
    {
        mesh.Saw(request, context);
        if (request.AgentId == "absent")
        {
            throw RpcStatusMap.ToRpcException(new Failure(FailureKind.NotFound, Reasons.AgentUnknown, "The node has no such agent.") { Field = "agent_id" });
        }

        await responseStream.WriteAsync(new StreamAgentLogsResponse { Batch = new LogBatch { Source = "agent/game/out", Lines = { new LogLine { Text = "one\ntwo" } } } });
        try
        {
            await Task.Delay(request.Follow ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, context.CancellationToken);
        }
        finally
        {
            mesh.FollowEnded.TrySetResult();
        }
    }
}

internal sealed class FakeMetrics(FakeMesh mesh) : MetricsService.MetricsServiceBase
{
    public override Task<QueryMetricsResponse> QueryMetrics(QueryMetricsRequest request, ServerCallContext context)
    {
        mesh.Saw(request, context);
        return Task.FromResult(new QueryMetricsResponse { Series = { new Series { NodeId = request.NodeId, Points = { new Point { Timestamp = 5, Value = 0.5 } } } } });
    }
}
