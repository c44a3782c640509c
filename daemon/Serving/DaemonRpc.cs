using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Access;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Daemon.Commands;
using OpsMesh.Daemon.Logs;
using OpsMesh.Daemon.Sessions;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Rpc;

namespace OpsMesh.Daemon.Serving;

/// <summary>The daemon's API: wire in, wire out.</summary>
internal sealed class DaemonRpc(
    NodeFacts node,
    MeshLinks links,
    Supervisor supervisor,
    AgentLogs logs,
    LogPages pages,
    LogTail tail,
    EnvelopeGate gate,
    CommandExecutor executor,
    CommandJournal journal,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : DaemonService.DaemonServiceBase
{
    private const int DefaultLines = 100;
    private const int MostLines = 1000;
    private const int MostIds = 1000;

    public override async Task Execute(ExecuteRequest request, IServerStreamWriter<ExecuteResponse> responseStream, ServerCallContext context)
    {
        var payload = gate.Open(request.Envelope).OrThrowRpc();
        await SubmitAsync(payload);
        await foreach (var progress in executor.WatchAsync(payload.CommandId, context.CancellationToken))
        {
            await responseStream.WriteAsync(new ExecuteResponse { Progress = progress }, context.CancellationToken);
        }
    }

    public override async Task<OperateAgentResponse> OperateAgent(OperateAgentRequest request, ServerCallContext context)
    {
        var payload = Payload(request, context);
        await SubmitAsync(payload);
        CommandProgress? last = null;
        await foreach (var progress in executor.WatchAsync(payload.CommandId, context.CancellationToken))
        {
            last = progress;
        }

        return new OperateAgentResponse
        {
            Success = last?.State == CommandState.Succeeded,
            Message = last?.Message ?? "",
            Outcome = last?.Outcome ?? "",
            CommandId = payload.CommandId,
        };
    }

    public override Task<ListAgentsResponse> ListAgents(ListAgentsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListAgentsResponse { Agents = { supervisor.Agents.Select(AgentStates.From) } });

    public override Task<GetCommandStateResponse> GetCommandState(GetCommandStateRequest request, ServerCallContext context)
    {
        if (request.CommandIds.Count > MostIds)
        {
            throw RpcStatusMap.ToRpcException(
                new Failure(FailureKind.Invalid, Reasons.TooManyItems, $"At most {MostIds} ids can be asked for at once.") { Field = "command_ids" });
        }

        var known = request.CommandIds.Distinct(StringComparer.Ordinal).Select(journal.Find).OfType<CommandEntry>().Select(entry => entry.Progress);
        return Task.FromResult(new GetCommandStateResponse { Commands = { known } });
    }

    public override Task<GetLogsResponse> GetLogs(GetLogsRequest request, ServerCallContext context)
    {
        var source = logs.Find(request.Query).OrThrowRpc();
        var lines = Lines(request.Lines, "lines");
        var direction = request.HasDirection ? request.Direction : LogDirection.Backward;
        if (direction is not (LogDirection.Backward or LogDirection.Forward))
        {
            throw RpcStatusMap.ToRpcException(
                new Failure(FailureKind.Invalid, Reasons.UnknownEnum, "The direction is FORWARD or BACKWARD.") { Field = "direction" });
        }

        return Task.FromResult(pages.Read(source, request.Query, lines == 0 ? DefaultLines : lines, direction == LogDirection.Forward).OrThrowRpc());
    }

    public override async Task StreamLogs(StreamLogsRequest request, IServerStreamWriter<StreamLogsResponse> responseStream, ServerCallContext context)
    {
        var source = logs.Find(request.Query).OrThrowRpc();
        var lines = Lines(request.Tail, "tail");

        // A stream that is followed ends with the daemon, or the drain would wait for it.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await foreach (var batch in tail.ReadAsync(source, request.Query, lines, request.Follow, end.Token))
        {
            await responseStream.WriteAsync(new StreamLogsResponse { Batch = batch }, end.Token);
        }
    }

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => Task.FromResult(new GetStatusResponse
    {
        NodeId = node.NodeId,
        Hostname = node.Config.Hostname,
        DaemonVersion = NodeFacts.Version,
        DaemonEpoch = node.Epoch,
        BootId = node.BootId,
        StartedAt = node.StartedAt.ToTimestamp(),
        Services = { links.States.ToDictionary(s => s.Key, s => s.Value) },
    });

    private static int Lines(int wanted, string field) => wanted is >= 0 and <= MostLines
        ? wanted
        : throw RpcStatusMap.ToRpcException(
            new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"It is from 0 to {MostLines}.") { Field = field });

    private async Task SubmitAsync(CommandPayload payload) => _ = (await executor.SubmitAsync(payload)).OrThrowRpc();

    private CommandPayload Payload(OperateAgentRequest request, ServerCallContext context)
    {
        if (request.Envelope is null && context.GetCaller().Kind == CallerKind.LocalRoot)
        {
            return LocalCommand(request);
        }

        var payload = gate.Open(request.Envelope).OrThrowRpc();
        return payload.Operate is { } operate && operate.AgentId == request.AgentId && operate.Operation == request.Operation
            ? payload
            : throw RpcStatusMap.ToRpcException(
                new Failure(FailureKind.Invalid, Reasons.FieldFormat, "The envelope is for another agent or operation.") { Field = "envelope" });
    }

    /// <summary>Whoever is root on the node can do all of it anyway; it still goes through the journal.</summary>
    private CommandPayload LocalCommand(OperateAgentRequest request) => new()
    {
        CommandId = Guid.CreateVersion7(clock.GetUtcNow()).ToString(),
        NodeId = node.NodeId,
        Principal = "local:root",
        IssuedAt = clock.GetUtcNow().ToTimestamp(),
        Operate = new OperateAgentAction { AgentId = request.AgentId, Operation = request.Operation },
    };
}
