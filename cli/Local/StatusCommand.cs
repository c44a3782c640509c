using System.CommandLine;

namespace OpsMesh.Cli.Local;

internal static class StatusCommand
{
    public static Command Create() => new("status", "Shows what runs where.");
}
