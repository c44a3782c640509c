using System.Globalization;

namespace OpsMesh.Daemon.Supervision;

/// <summary>A variable in the environment of everything that one start of an agent brought up.</summary>
internal static class LaunchMark
{
    public const string Name = "OPSMESH_LAUNCH";

    public static string Value(AgentFolder folder, ulong epoch) => string.Create(CultureInfo.InvariantCulture, $"{folder.Root}#{epoch}");

    /// <returns>"NAME=value".</returns>
    public static string Of(AgentFolder folder, ulong epoch) => $"{Name}={Value(folder, epoch)}";
}
