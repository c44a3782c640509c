using System.Diagnostics;
using System.Globalization;

namespace OpsMesh.Testing;

/// <summary>A program of the system that a test starts for itself, with its output in a file.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _log;

    private ServerProcess(Process process, string log) => (_process, _log) = (process, log);

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => File.Exists(_log) ? File.ReadAllText(_log) : "";

    public static ServerProcess Start(string log, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, program, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException("No process came of the start."), log);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task RunAsync(string log, string program, params string[] arguments)
    {
        await using var run = Start(log, program, arguments);
        await run._process.WaitForExitAsync();
        if (run._process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {run._process.ExitCode}:\n{run.Output}");
        }
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks with SIGINT (fast, for PostgreSQL too), then makes it end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            Signal("INT");
            using var limit = new CancellationTokenSource(StopLimit, TimeProvider.System);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }
}
