using System.Diagnostics;

namespace OpsMesh.Daemon;

/// <summary>The one source of the daemon's spans.</summary>
internal static class DaemonTelemetry
{
    public static readonly ActivitySource Source = new("OpsMesh.Daemon");
}
