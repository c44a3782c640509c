using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.DocumentStore;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Registration;

/// <summary>Makes a node known, or renews what is known, and opens the next session. Answered after the commit.</summary>
internal sealed partial class RegisterNodeHandler(
    INodeLedger ledger,
    SessionTable sessions,
    HeartbeatIntervals intervals,
    MeshInformation mesh,
    IOptions<RegistrationOptions> options,
    TimeProvider clock,
    ILogger<RegisterNodeHandler> logger)
{
    /// <param name="nodeId">Of the caller's certificate.</param>
    /// <returns>The session; or Invalid (names the field), Raced, Busy or Unavailable (nothing is registered; repeat).</returns>
    public async Task<Outcome<RegisterNodeResponse>> HandleAsync(
        string nodeId, RegisterNodeRequest request, CancellationToken cancellationToken)
    {
        if (RegistrationRules.Check(nodeId, request) is { } refusal)
        {
            return refusal;
        }

        NodeDocument? node = null;
        var resumed = false;
        var result = await ledger.ChangeAsync(
            nodeId,
            stored =>
            {
                resumed = stored is not null && stored.SessionId == request.PreviousSessionId;
                node = Next(nodeId, stored, request);
                return stored is { State: Verdict.Online }
                    ? new NodeChange(node, "registered")
                    : new NodeChange(node, "registered", "online");
            },
            cancellationToken);
        if (result.AsFailure() is { } failure)
        {
            return failure;
        }

        if (node is null)
        {
            throw new UnreachableException();
        }

        var interval = intervals.Next();
        sessions.Open(nodeId, node.SessionEpoch, interval);
        LogRegistered(nodeId, node.Hostname, node.SessionEpoch, resumed);
        return Answer(node, resumed, interval);
    }

    private NodeDocument Next(string nodeId, NodeDocument? stored, RegisterNodeRequest request)
    {
        var now = clock.GetUtcNow();
        return new NodeDocument
        {
            NodeId = nodeId,
            Hostname = request.Hostname,
            Ip = request.Ip,
            Os = request.Os,
            Arch = request.Arch,
            Labels = new Dictionary<string, string>(request.Labels),
            DaemonVersion = request.DaemonVersion,
            AgentVersion = request.AgentVersion,
            BootId = request.BootId,
            MachineId = request.MachineId,
            DaemonEpoch = request.DaemonEpoch,
            Capabilities = [.. request.Capabilities],
            Address = request.Address,
            AppId = request.AppId,
            SessionId = Guid.CreateVersion7(now).ToString("D"),
            SessionEpoch = (stored?.SessionEpoch ?? 0) + 1,
            RegisteredAt = now,
            State = Verdict.Online,
            StateSince = stored is { State: Verdict.Online } ? stored.StateSince : now,
            Evidence = "Registered.",
        };
    }

    private RegisterNodeResponse Answer(NodeDocument node, bool resumed, TimeSpan interval) => new()
    {
        Success = true,
        Message = resumed ? "The session is resumed." : "The node is registered.",
        SessionId = node.SessionId,
        SessionEpoch = node.SessionEpoch,
        Resumed = resumed,
        HeartbeatInterval = interval.ToDuration(),
        ServerTime = clock.GetUtcNow().ToTimestamp(),
        Endpoints = { mesh.Endpoints.ToDictionary() },
        ReconnectWindow = options.Value.ReconnectWindow.ToDuration(),
        CaBundleHash = mesh.CaBundleHash,
    };

    [LoggerMessage(LogLevel.Information, "Registered node {NodeId} ({Hostname}) with session epoch {SessionEpoch} (resumed: {Resumed})")]
    private partial void LogRegistered(string nodeId, string hostname, ulong sessionEpoch, bool resumed);
}
