using System.Text.Json.Serialization;

namespace OpsMesh.AgentCommand.Inventory;

/// <summary><c>agents:&lt;node&gt;</c>: all agents of one node, replaced or patched as a whole by each sync.</summary>
internal sealed record AgentsDocument
{
    public int Schema { get; init; } = 1;

    public required string NodeId { get; init; }

    /// <summary>Start count of the daemon that synced last.</summary>
    public ulong Epoch { get; init; }

    /// <summary>Last change of that epoch that is in here.</summary>
    public ulong Seq { get; init; }

    /// <summary>Registration of the daemon at that time; a higher one tells a daemon that lost its state folder from a late message.</summary>
    public ulong SessionEpoch { get; init; }

    /// <summary>What the daemon computed over its states; compared as text, never recomputed here.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Counter of agent events of this node.</summary>
    public long NodeSeq { get; init; }

    // Populated, not replaced: a dictionary of the reader's making would not order by ordinal.
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public SortedDictionary<string, AgentRecord> Agents { get; init; } = new(StringComparer.Ordinal);
}
