using System.Net;
using OpsMesh.Daemon.Supervision;
using OpsMesh.Identity;

namespace OpsMesh.Daemon.Configuration;

/// <summary>Everything that daemon.yaml says. There is no other source of it.</summary>
internal sealed record DaemonConfig
{
    /// <summary>Name for people; the node's id is in its certificate.</summary>
    public required string Hostname { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>host:port at which services reach the node port; empty when none can.</summary>
    public required string Advertise { get; init; }

    public required string DataFolder { get; init; }

    public required IdentityFiles Identity { get; init; }

    /// <summary>Node port URL by service name.</summary>
    public required IReadOnlyDictionary<string, Uri> Endpoints { get; init; }

    public required DaemonPorts Ports { get; init; }

    /// <summary>Time between measurements.</summary>
    public required TimeSpan MetricsInterval { get; init; }

    public required IReadOnlyList<AgentSpec> Agents { get; init; }

    /// <summary>Allows failpoints; relaxes nothing else.</summary>
    public bool Dev { get; init; }

    /// <summary>The node's own limits on commands; null when there is no such file.</summary>
    public string? PolicyFile { get; init; }
}

/// <summary>Where the daemon listens.</summary>
/// <param name="Node">TLS 1.3 with mutual certificates.</param>
/// <param name="NodeAddress">Loopback when the advertised address is one, else every address.</param>
/// <param name="App">h2c on loopback for its sidecar; null without one.</param>
/// <param name="Management">Health and metrics on loopback; null for none.</param>
internal sealed record DaemonPorts(int Node, IPAddress NodeAddress, int? App, int? Management);
