using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>Starts programs by the launch script.</summary>
internal sealed class Launcher(string script, TimeProvider clock)
{
    private static readonly TimeSpan LaunchLimit = TimeSpan.FromSeconds(30);
    private static readonly string[] PassedOn =
        ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "DOTNET_ROOT", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    /// <summary>Starts the program and waits until it is known which process it is.</summary>
    /// <returns>The process, which may already have ended; or how it failed to start.</returns>
    public async Task<(SupervisedProcess? Process, ProcessEnd? Failed)> LaunchAsync(
        AgentSpec spec, AgentFolder folder, ulong epoch, CancellationToken cancellationToken)
    {
        folder.Create();
        folder.ClearRun();
        var start = new ProcessStartInfo("setsid") { UseShellExecute = false, WorkingDirectory = spec.WorkingFolder ?? folder.Root };
        foreach (var argument in (string[])["sh", script, folder.Root, epoch.ToString(CultureInfo.InvariantCulture), spec.Command, .. spec.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        FillEnvironment(start, spec, folder, epoch);
        int wrapper;
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
            wrapper = process.Id;
        }
        catch (Exception bad) when (bad is Win32Exception or IOException)
        {
            return (null, ProcessEnd.NotLaunched($"could not be launched: {bad.Message}"));
        }

        return await WaitAsync(wrapper, folder, epoch, cancellationToken);
    }

    /// <summary>
    /// The program of a start during which the daemon died: its wrapper may be on its way. Looks for it among all processes.
    /// </summary>
    /// <returns>Null when that start never happened.</returns>
    public async Task<(SupervisedProcess? Process, ProcessEnd? Failed)?> FindAsync(AgentFolder folder, ulong epoch, CancellationToken cancellationToken)
    {
        var arguments = string.Create(CultureInfo.InvariantCulture, $"\0{script}\0{folder.Root}\0{epoch}\0");
        var wrapper = ProcFs.All().FirstOrDefault(p => !p.IsDead && ProcFs.CommandLine(p.Pid).Contains(arguments, StringComparison.Ordinal)).Pid;
        if (wrapper == 0 && folder.ReadLaunched(epoch) is null && folder.ReadExit(epoch) is null)
        {
            return null;
        }

        return await WaitAsync(wrapper, folder, epoch, cancellationToken);
    }

    private static void FillEnvironment(ProcessStartInfo start, AgentSpec spec, AgentFolder folder, ulong epoch)
    {
        // Ours holds tokens of our sidecar and settings of our telemetry.
        start.Environment.Clear();
        foreach (var name in PassedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["OPSMESH_AGENT"] = spec.Id;
        start.Environment[LaunchMark.Name] = LaunchMark.Value(folder, epoch);
    }

    private async Task<(SupervisedProcess? Process, ProcessEnd? Failed)> WaitAsync(
        int wrapper, AgentFolder folder, ulong epoch, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            var wrapperLives = ProcFs.TryReadStat(wrapper, out var now) && !now.IsDead;
            if (folder.ReadLaunched(epoch) is { } stat)
            {
                ProcFs.TryReadStat(stat.Session, out var leader);
                var identity = new ProcessIdentity(stat.Pid, stat.StartTicks, ProcFs.BootId, stat.Session, leader.StartTicks);
                return (new SupervisedProcess(identity, folder, epoch, clock), null);
            }

            if (folder.ReadExit(epoch) is { } status)
            {
                return (null, ProcessEnd.FromStatus(status));
            }

            if (!wrapperLives || clock.GetElapsedTime(since) > LaunchLimit)
            {
                KillSession(wrapper);
                return (null, ProcessEnd.NotLaunched("could not be launched: its wrapper ended or did not begin"));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), clock, cancellationToken);
        }
    }

    /// <summary>A launch that is given up must not come true later.</summary>
    private static void KillSession(int wrapper)
    {
        foreach (var process in wrapper == 0 ? [] : ProcFs.All().Where(p => p.Session == wrapper && !p.IsDead).ToList())
        {
            _ = Libc.Kill(process.Pid, Libc.SigKill);
        }
    }
}
