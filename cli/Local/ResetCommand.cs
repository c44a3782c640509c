using System.CommandLine;

namespace OpsMesh.Cli.Local;

internal static class ResetCommand
{
    public static Command Create() => new("reset", "Stops the mesh and deletes its data folder.");
}
