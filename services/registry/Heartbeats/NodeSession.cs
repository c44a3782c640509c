namespace OpsMesh.Registry.Heartbeats;

/// <summary>What a session looked like at one moment.</summary>
/// <param name="LastHeard">Timestamp of the clock, not wall time: jumps of the wall clock make nobody silent.</param>
/// <param name="LastHeartbeat">Wall time of the last heartbeat; null before the first.</param>
/// <param name="Granted">Interval last granted to the node.</param>
internal sealed record SessionView(
    string NodeId, ulong Epoch, ulong Seq, long LastHeard, DateTimeOffset? LastHeartbeat, TimeSpan Granted, TimeSpan Skew, string Status);

/// <summary>One node's session, in memory only. A heartbeat changes it; nothing is stored for it.</summary>
internal sealed class NodeSession(SessionView opened)
{
    private readonly Lock _gate = new();
    private SessionView _view = opened;

    public SessionView View
    {
        get
        {
            lock (_gate)
            {
                return _view;
            }
        }
    }

    /// <returns>False when it is not newer than the last one: it changes nothing.</returns>
    public bool TryBeat(ulong seq, long heard, DateTimeOffset now, TimeSpan granted, TimeSpan skew, string status)
    {
        lock (_gate)
        {
            if (seq <= _view.Seq)
            {
                return false;
            }

            _view = _view with
            {
                Seq = seq,
                LastHeard = heard,
                LastHeartbeat = now,
                Granted = granted,
                Skew = skew,
                Status = status,
            };
            return true;
        }
    }
}
