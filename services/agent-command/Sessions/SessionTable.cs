using System.Collections.Concurrent;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>The live sessions of this replica, one per node: a newer one ends the older.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public int Count => _sessions.Count;

    public Session? Find(string nodeId) => _sessions.GetValueOrDefault(nodeId);

    public void Enter(Session session)
    {
        Session? older = null;
        _sessions.AddOrUpdate(session.NodeId, session, (_, current) =>
        {
            older = current;
            return session;
        });
        older?.End(new Failure(FailureKind.Raced, Reasons.ChangedMeanwhile, "A newer stream of this node took over."));
    }

    public void Leave(Session session) => _sessions.TryRemove(new(session.NodeId, session));
}
