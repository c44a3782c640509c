using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Sessions;

/// <summary>What agent-command has of this node's agents, and what is to be sent so that it has them all. Not safe for two callers at once.</summary>
/// <param name="epoch">Start count of the daemon.</param>
internal sealed class AgentChanges(string nodeId, ulong epoch)
{
    private readonly Lock _gate = new();
    private Dictionary<string, AgentState> _sent = [];
    private bool _snapshotNeeded = true;
    private ulong _seq;
    private string _digest = "";

    /// <summary>Number and digest of what was last sent, for the hello.</summary>
    public (ulong Seq, string Digest) Last
    {
        get
        {
            lock (_gate)
            {
                return (_seq, _digest);
            }
        }
    }

    /// <summary>The next request will hold all agents.</summary>
    public void NeedSnapshot()
    {
        lock (_gate)
        {
            _snapshotNeeded = true;
        }
    }

    /// <summary>All agents at first and when asked for, afterwards those that changed.</summary>
    /// <returns>Null when nothing changed.</returns>
    public SyncAgentStatesRequest? Next(IReadOnlyList<AgentState> states)
    {
        lock (_gate)
        {
            var changed = states.Where(s => !_sent.TryGetValue(s.AgentId, out var old) || !s.SameAs(old)).ToList();
            var removed = _sent.Keys.Except(states.Select(s => s.AgentId), StringComparer.Ordinal).ToList();
            if (!_snapshotNeeded && changed.Count == 0 && removed.Count == 0)
            {
                return null;
            }

            var request = new SyncAgentStatesRequest { NodeId = nodeId, Epoch = epoch, Seq = ++_seq, Snapshot = _snapshotNeeded };
            request.States.AddRange(_snapshotNeeded ? states : changed);
            if (!_snapshotNeeded)
            {
                request.Removed.AddRange(removed);
            }

            request.Digest = _digest = AgentStates.Digest(states);

            // Until an answer says otherwise nobody knows what arrived, so the next one after a failure is a snapshot.
            _sent = states.ToDictionary(s => s.AgentId, StringComparer.Ordinal);
            _snapshotNeeded = false;
            return request;
        }
    }
}
