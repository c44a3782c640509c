using System.CommandLine;
using OpsMesh.Cli;

namespace OpsMesh.Interop.Matrix;

internal static class AllCommand
{
    public static Command Create()
    {
        var peer = new Option<string?>("--peer") { Description = $"Only this one: {string.Join(", ", KnownPeers.All.Select(p => p.Name))}." };
        var json = new Option<bool>("--json") { Description = "One JSON object in place of the lines, which go to standard error." };
        var command = new Command("all", "Runs every peer that is installed, both ways. Exit code 1: a case failed, or CI=true and a peer of CI is missing.") { peer, json };
        command.SetAction((parsed, cancellationToken) =>
            new MatrixRunner(Chosen(parsed.GetValue(peer)), parsed.GetValue(json), TimeProvider.System).RunAsync(cancellationToken));
        return command;
    }

    private static IReadOnlyList<Peer> Chosen(string? name)
    {
        if (name is null)
        {
            return KnownPeers.All;
        }

        var peer = KnownPeers.All.FirstOrDefault(p => p.Name == name)
            ?? throw new CliException(ExitCodes.BadConfiguration, $"'{name}' is no peer. There are: {string.Join(", ", KnownPeers.All.Select(p => p.Name))}.");
        return peer.Missing.Any()
            ? throw new CliException(ExitCodes.ToolMissing, $"{name} is not here. Install {string.Join(", ", peer.Missing.Select(n => n.Package))}.")
            : [peer];
    }
}
