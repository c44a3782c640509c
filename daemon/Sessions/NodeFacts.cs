using System.Runtime.InteropServices;
using OpsMesh.Daemon.Configuration;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Sessions;

/// <summary>What this node and this start of the daemon are.</summary>
/// <param name="NodeId">From the certificate.</param>
/// <param name="Epoch">Start count of the daemon.</param>
internal sealed record NodeFacts(string NodeId, ulong Epoch, DaemonConfig Config, DateTimeOffset StartedAt)
{
    public static string Version { get; } = typeof(NodeFacts).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public string Os { get; } = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "macos" : "windows";

    public string Arch { get; } = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    public string BootId { get; } = ProcFs.BootId;

    public string MachineId { get; } = ProcFs.ReadText("/etc/machine-id")?.Trim() ?? "";

    /// <summary>App-id of the sidecar; empty without one.</summary>
    public string AppId => Config.Ports.App is null ? "" : $"daemon-{NodeId}";

    public string Ip => Config.Advertise.Length == 0 ? "" : new Uri($"https://{Config.Advertise}").Host;
}
