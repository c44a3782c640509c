using System.Diagnostics;

namespace OpsMesh.Cli.Local;

/// <summary>One running process of the mesh, in a session of its own, writing to its own log file.</summary>
internal sealed class ChildProcess : IDisposable
{
    // bash, because dash drops variables whose name holds a hyphen (OPSMESH_ENDPOINTS__AGENT-COMMAND). Both exec, so the pid stays.
    private const string Script = "exec setsid \"$@\" >\"$0\" 2>&1 </dev/null";

    private readonly Process _process;

    private ChildProcess(ProcessPlan plan, string log, Process process, ProcessStamp? stamp)
    {
        (Plan, Log, _process) = (plan, log, process);
        Stamp = stamp ?? new ProcessStamp(process.Id, 0);
    }

    public ProcessPlan Plan { get; }

    public string Log { get; }

    public ProcessStamp Stamp { get; }

    public int Pid => Stamp.Pid;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts it by setsid, so that Ctrl-C in the terminal reaches `up` alone, which then stops all in order.</summary>
    public static ChildProcess Start(ProcessPlan plan, MeshLayout layout)
    {
        var log = layout.Log(plan.Name);
        if (File.Exists(log))
        {
            File.Move(log, log + ".1", overwrite: true);
        }

        var start = new ProcessStartInfo("bash") { UseShellExecute = false, WorkingDirectory = layout.Data(plan.Name) };
        foreach (var argument in (string[])["-c", Script, log, .. plan.Command ?? Built(plan)])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
        return new ChildProcess(plan, log, process, ProcessStamp.Of(process.Id));
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>A request to stop, then SIGKILL once the limit has passed or the token says that nobody wants to wait.</summary>
    /// <returns>True when it ended by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan limit, TimeProvider clock, CancellationToken hurry)
    {
        Stamp.Signal(ProcessPlan.StopSignal(Plan.Service.Kind));
        if (await Stamp.EndsWithinAsync(limit, clock, hurry))
        {
            return true;
        }

        Stamp.Signal(Posix.KillNow);
        await Stamp.EndsWithinAsync(TimeSpan.FromSeconds(5), clock, CancellationToken.None);
        return false;
    }

    /// <summary>The end of its log, for a message about its end.</summary>
    public string LogTail(int lines)
    {
        try
        {
            return string.Join('\n', File.ReadLines(Log).TakeLast(lines));
        }
        catch (IOException)
        {
            return "";
        }
    }

    public void Dispose() => _process.Dispose();

    private static IReadOnlyList<string> Built(ProcessPlan plan)
    {
        var assembly = Repository.Assembly(plan.Service.Assembly);
        return File.Exists(assembly)
            ? [DotnetHost.Path, assembly, .. plan.Arguments]
            : throw new CliException(ExitCodes.Failed, $"{plan.Name} is not built: {assembly} is missing. Run it through ./opsmesh, which builds.");
    }

    /// <summary>Settings of another mesh, in which this `up` may itself be running, must not leak into this one.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("OPSMESH_", StringComparison.Ordinal) || name.StartsWith("DAPR_", StringComparison.Ordinal)
        || name.StartsWith("OTEL_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name is "APP_API_TOKEN" or "NAMESPACE";
}
