using System.CommandLine;

namespace OpsMesh.Cli.Local;

internal static class DownCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static Command Create()
    {
        var data = LocalArguments.Data();
        var command = new Command("down", "Stops the mesh of a data folder; its data stays.") { data };
        command.SetAction((parsed, cancellationToken) => RunAsync(MeshLayout.At(parsed.GetValue(data)), TimeProvider.System, cancellationToken));
        return command;
    }

    /// <summary>Asks `up` to stop everything; where `up` is no more, stops the processes itself.</summary>
    public static async Task<int> RunAsync(MeshLayout layout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new Progress(Progress.Console(), clock);
        if (RunRecord.Up(layout) is { } up)
        {
            progress.Note($"asking `up` (pid {up.Pid}) to stop");
            up.Stamp.Signal(Posix.Term);
            if (!await up.Stamp.EndsWithinAsync(Limit, clock, cancellationToken))
            {
                throw new CliException(ExitCodes.Failed, $"`up` (pid {up.Pid}) did not end within {Limit.TotalSeconds:0} s.");
            }
        }

        var stopped = await Leftovers.StopAsync(layout, clock, cancellationToken);
        progress.Done(stopped > 0 ? $"stopped {stopped} processes" : "nothing runs");
        return ExitCodes.Ok;
    }
}
