using System.CommandLine;

namespace OpsMesh.Cli.Local;

internal static class UpCommand
{
    public static Command Create() => new("up", "Builds nothing, starts everything: sidecar, services, console and daemons, until Ctrl-C.");
}
