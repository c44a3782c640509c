using System.Text.Json;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>The steps in order, one JSON line each. The first that fails ends the run; the mesh is stopped either way.</summary>
internal sealed class SmokeRunner(TimeProvider clock)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly long _start = clock.GetTimestamp();

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var block = SmokeMesh.ClaimPorts();
        var folder = Directory.CreateTempSubdirectory("opsmesh-smoke-").FullName;
        using var limit = new CancellationTokenSource(Limit, clock);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var mesh = SmokeMesh.Start(folder, block.Base);
        var passed = false;
        try
        {
            passed = await StepsAsync(mesh, new Poll(clock, due.Token));
        }
        finally
        {
            await mesh.EnsureGoneAsync();
            PutAway(folder, passed);
        }

        await Console.Out.WriteLineAsync(passed ? "smoke: ok" : "smoke: failed");
        return passed ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task<bool> StepsAsync(SmokeMesh mesh, Poll poll)
    {
        var agents = new AgentSteps(mesh, poll);
        return await StepAsync("up", async () =>
            {
                await mesh.WaitUntilUpAsync(poll);
                return new { port_base = mesh.PortBase };
            })
            && await StepAsync("three nodes online", () => new NodeSteps(mesh, poll).OnlineAsync())
            && await StepAsync("cpu and memory are what /proc says", () => new MetricSteps(mesh, poll).CompareAsync())
            && await StepAsync("restart through REST", agents.RestartAsync)
            && await StepAsync("agent-state event reached the subscriber", agents.EventAsync)
            && await StepAsync("log lines read, filtered, followed", () => new LogSteps(mesh, poll).ReadAsync())
            && await StepAsync("daemon killed with -9 and back", () => new CrashSteps(mesh, poll).KillAsync())
            && await StepAsync("one trace through five processes", agents.TraceAsync)
            && await StepAsync("stopped without a trace", () => StopAsync(mesh, poll));
    }

    private async Task<bool> StepAsync<T>(string name, Func<Task<T>> step)
    {
        var since = clock.GetTimestamp();
        T? saw = default;
        string? error = null;
        try
        {
            saw = await step();
        }
        catch (OperationCanceledException)
        {
            error = $"cancelled, or the whole smoke took more than {Limit.TotalSeconds:0} s";
        }
        catch (Exception failed) when (failed is SmokeException or CliException)
        {
            error = failed.Message;
        }
#pragma warning disable CA1031 // A step that trips over what it read has failed; the mesh must be stopped all the same.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            error = failed.ToString();
        }

        var line = new { step = name, ok = error is null, seconds = Round(clock.GetElapsedTime(since)), total = Round(clock.GetElapsedTime(_start)), saw, error };
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(line, PlainJson.Options));
        return error is null;
    }

    private static async Task<object> StopAsync(SmokeMesh mesh, Poll poll)
    {
        var exitCode = await mesh.StopAsync(StopLimit, poll.CancellationToken);
        if (exitCode != ExitCodes.Ok)
        {
            throw new SmokeException($"`up` ended with exit code {exitCode}:\n{mesh.Log()}");
        }

        var left = Residue.Processes(mesh.Layout.Root);
        var open = Residue.OpenPorts(mesh.PortBase);
        return left.Count == 0 && open.Count == 0
            ? new { exit_code = exitCode, processes_left = 0, ports_left = 0 }
            : throw new SmokeException($"left behind: processes {string.Join(", ", left)}; ports {string.Join(", ", open)}");
    }

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 1);

    /// <summary>After a failure the folder is kept where git does not see it: its logs say why.</summary>
    private static void PutAway(string folder, bool passed)
    {
        if (!passed)
        {
            var kept = Path.Combine(Repository.Root, "artifacts", "smoke-failed");
            Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
            if (Directory.Exists(kept))
            {
                Directory.Delete(kept, recursive: true);
            }

            CopyTree(folder, kept);
            Console.Error.WriteLine($"logs of the failed run: {kept}");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.GetDirectories(from))
        {
            CopyTree(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
