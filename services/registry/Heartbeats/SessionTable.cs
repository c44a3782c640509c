using System.Collections.Concurrent;

namespace OpsMesh.Registry.Heartbeats;

/// <summary>Sessions of the nodes that this replica hears. Empty after a start: nodes then register again.</summary>
internal sealed class SessionTable(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, NodeSession> _sessions = new(StringComparer.Ordinal);

    public IEnumerable<SessionView> Views => _sessions.Values.Select(s => s.View);

    /// <summary>The current session of a node; null when it has none here.</summary>
    public NodeSession? Find(string nodeId) => _sessions.GetValueOrDefault(nodeId);

    /// <summary>Opens a session, unless a later one is open already.</summary>
    public void Open(string nodeId, ulong epoch, TimeSpan granted)
    {
        var opened = new NodeSession(new SessionView(nodeId, epoch, 0, clock.GetTimestamp(), null, granted, TimeSpan.Zero, ""));
        _sessions.AddOrUpdate(nodeId, opened, (_, current) => current.View.Epoch > epoch ? current : opened);
    }
}
