using System.CommandLine;

namespace OpsMesh.Cli.Local;

internal static class DownCommand
{
    public static Command Create() => new("down", "Stops the mesh of a data folder.");
}
