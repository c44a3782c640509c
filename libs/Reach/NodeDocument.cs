using System.Text.Json.Serialization;

namespace OpsMesh.Reach;

/// <summary>The part of <c>node:&lt;id&gt;</c> (written by registry) that reaching a node needs. Unknown fields are ignored.</summary>
public sealed record NodeDocument
{
    [JsonPropertyName("schema")]
    public int Schema { get; init; }

    [JsonPropertyName("node_id")]
    public string NodeId { get; init; } = "";

    [JsonPropertyName("hostname")]
    public string Hostname { get; init; } = "";

    /// <summary>host:port of the daemon's node port; empty when it advertises none.</summary>
    [JsonPropertyName("address")]
    public string? Address { get; init; }

    /// <summary>Empty when the daemon runs without a sidecar.</summary>
    [JsonPropertyName("app_id")]
    public string? AppId { get; init; }

    [JsonPropertyName("session_epoch")]
    public ulong SessionEpoch { get; init; }
}
