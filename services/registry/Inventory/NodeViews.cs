using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Liveness;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Inventory;

/// <summary>A stored node together with what was heard of it since, which is nowhere stored.</summary>
internal sealed class NodeViews(SessionTable sessions, IOptions<LivenessOptions> options, TimeProvider clock)
{
    public Node View(NodeDocument node)
    {
        var view = new Node
        {
            NodeId = node.NodeId,
            Hostname = node.Hostname,
            State = (NodeState)node.State,
            Ip = node.Ip,
            Os = node.Os,
            Arch = node.Arch,
            Labels = { node.Labels.ToDictionary() },
            DaemonVersion = node.DaemonVersion,
            AgentVersion = node.AgentVersion,
            BootId = node.BootId,
            Address = node.Address,
            AppId = node.AppId,
            SessionEpoch = node.SessionEpoch,
            DaemonEpoch = node.DaemonEpoch,
            RegisteredAt = node.RegisteredAt.ToTimestamp(),
            Evidence = node.Evidence,
            Revision = (ulong)node.Revision,
            Capabilities = { node.Capabilities },
        };
        if (sessions.Find(node.NodeId)?.View is { } session && session.Epoch == node.SessionEpoch)
        {
            AddHeard(view, session);
        }

        return view;
    }

    private void AddHeard(Node view, SessionView session)
    {
        view.LastHeartbeat = session.LastHeartbeat?.ToTimestamp();
        view.ClockSkewMs = (long)session.Skew.TotalMilliseconds;

        // The stored evidence is of the moment of the verdict; while it still holds, today's is better.
        var judgement = LivenessDecider.Judge(session.Granted, clock.GetElapsedTime(session.LastHeard), options.Value);
        if (judgement.Verdict == (Verdict)view.State)
        {
            view.Evidence = judgement.Evidence;
        }
    }
}
