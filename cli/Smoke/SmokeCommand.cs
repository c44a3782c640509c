using System.CommandLine;

namespace OpsMesh.Cli.Smoke;

internal static class SmokeCommand
{
    public static Command Create()
    {
        var command = new Command("smoke", "Runs the whole flow on a mesh of its own, in a temporary folder on free ports: one JSON line a step, then `smoke: ok`.");
        command.SetAction((_, cancellationToken) => new SmokeRunner(TimeProvider.System).RunAsync(cancellationToken));
        return command;
    }
}
