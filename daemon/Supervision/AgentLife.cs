using System.Diagnostics;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>
/// One agent's program from start to end, and the record of it. Not safe for two callers: <see cref="AgentSupervisor"/>'s loop is the one
/// that changes it; others only read.
/// </summary>
internal sealed partial class AgentLife(
    AgentSpec spec, AgentFolder folder, Launcher launcher, RestartOptions restart, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly string _configHash = spec.Hash();
    private volatile AgentRecord _record = new();
    private volatile SupervisedProcess? _process;
    private RestartHistory _history = RestartHistory.None;
    private (long Since, TimeSpan Delay)? _nextStart;

    /// <summary>After each change, on the thread that made it.</summary>
    public event Action? Changed;

    public AgentRecord Record => _record;

    public SupervisedProcess? Process => _process;

    /// <summary>Time until it is started again; null when no start is planned.</summary>
    public TimeSpan? StartsIn => _nextStart is not { } next ? null
        : next.Delay - clock.GetElapsedTime(next.Since) is var rest && rest > TimeSpan.Zero ? rest : TimeSpan.Zero;

    /// <summary>Takes up the record of the daemon before this one: adopts what runs, plans what is to run.</summary>
    public async Task ResumeAsync(CancellationToken leaving)
    {
        folder.Create();
        var record = folder.ReadRecord() ?? new AgentRecord();
        _record = record with
        {
            Wanted = record.Wanted ?? spec.AutoStart,
            RestartCount = record.ConfigHash == _configHash || record.Process is not null ? record.RestartCount : 0,
        };
        if (record.Process is { } identity)
        {
            await AdoptAsync(identity, leaving);
        }
        else if (_record.Wanted == true && record.Status is not (AgentStatus.Exited or AgentStatus.Failed))
        {
            StartIn(TimeSpan.Zero);
        }

        Change(_record);
    }

    /// <summary>Notes what is wanted of it and which command said so.</summary>
    public void Want(bool running, string traceparent) => Change(_record with { Wanted = running, Traceparent = traceparent });

    /// <summary>A start on order begins with a clean slate.</summary>
    public void ForgetHistory() => _history = RestartHistory.None;

    public async Task StartAsync(string traceparent)
    {
        _nextStart = null;
        var generation = _record.Generation + 1;
        Change(_record with
        {
            Wanted = true,
            Status = AgentStatus.Starting,
            Generation = generation,
            RestartCount = _record.Generation == 0 ? 0 : _record.RestartCount + 1,
            Process = new ProcessIdentity(0, 0, ProcFs.BootId, 0, 0),
            StartedAt = clock.GetUtcNow(),
            EndedAt = null,
            ExitCode = null,
            Signal = 0,
            Message = "",
            ConfigHash = _configHash,
            Traceparent = traceparent,
        });
        using var launch = DaemonTelemetry.Source.StartActivity("launch");
        launch?.SetTag("opsmesh.agent.id", spec.Id).SetTag("opsmesh.agent.generation", (long)generation);

        // Not cut short when the daemon leaves: a moment decides whether it is launched, and the next daemon has to know.
        var (process, failed) = await launcher.LaunchAsync(spec, folder, generation, CancellationToken.None);
        if (process is null)
        {
            launch?.SetStatus(ActivityStatusCode.Error, failed!.Message);
            OnEnded(failed!, traceparent);
            return;
        }

        launch?.SetTag("opsmesh.agent.pid", process.Identity.Pid);
        _process = process;
        LogStarted(spec.Id, process.Identity.Pid, generation);
        Change(_record with { Status = AgentStatus.Running, Process = process.Identity });
    }

    /// <summary>SIGTERM, the grace, SIGKILL of the whole session. Only plans change for a program that is gone.</summary>
    public async Task StopAsync(CancellationToken leaving)
    {
        _nextStart = null;
        if (_process is not { } process)
        {
            Change(_record with { Status = AgentStatus.Stopped, Process = null });
            return;
        }

        Change(_record with { Status = AgentStatus.Stopping });
        process.Signal(Libc.SigTerm);
        if (!await process.EndsWithinAsync(spec.StopGrace, leaving))
        {
            LogKilling(spec.Id, process.Identity.Pid, spec.StopGrace);
            process.KillAll();
            if (!await process.EndsWithinAsync(KillLimit, leaving))
            {
                throw new InvalidOperationException($"Process {process.Identity.Pid} of agent {spec.Id} does not end even by SIGKILL.");
            }
        }

        var end = await process.EndAsync(leaving);
        NoteEnd(end, AgentStatus.Stopped, end.Message);
    }

    /// <summary>Waits for the end of a program that is known to have ended, and notes it.</summary>
    public async Task CollectEndAsync(string traceparent, CancellationToken leaving)
    {
        if (_process is { } process)
        {
            OnEnded(await process.EndAsync(leaving), traceparent);
        }
    }

    /// <summary>It ended by itself, or could not be started.</summary>
    /// <param name="traceparent">Trace of the command that just started it; empty when none did.</param>
    public void OnEnded(ProcessEnd end, string traceparent = "")
    {
        _record = _record with { Traceparent = traceparent };
        if (_record.Wanted == false)
        {
            NoteEnd(end, AgentStatus.Stopped, end.Message);
            return;
        }

        var uptime = _record.Process is { Pid: > 0 } process && process.BootId == ProcFs.BootId ? ProcFs.TimeSince(process.StartTicks) : TimeSpan.Zero;
#pragma warning disable CA5394 // Spreads restarts; nobody gains by guessing it.
        var decision = RestartDecider.Decide(spec.Restart, end, _history, uptime, clock.GetElapsedTime(0), Random.Shared.NextDouble(), restart);
#pragma warning restore CA5394
        _history = decision.History;
        var status = decision.Verdict switch
        {
            RestartVerdict.Backoff => AgentStatus.Backoff,
            RestartVerdict.CrashLoop => AgentStatus.CrashLoop,
            RestartVerdict.Exited => AgentStatus.Exited,
            _ => AgentStatus.Failed,
        };
        if (status is AgentStatus.Backoff or AgentStatus.CrashLoop)
        {
            StartIn(decision.Delay);
        }

        LogEnded(spec.Id, end.Message, status);
        NoteEnd(end, status, end.Message);
    }

    private async Task AdoptAsync(ProcessIdentity identity, CancellationToken leaving)
    {
        var process = new SupervisedProcess(identity, folder, _record.Generation, clock);
        if (identity.Pid == 0)
        {
            // The daemon died within a start.
            if (identity.BootId != ProcFs.BootId || await launcher.FindAsync(folder, _record.Generation, leaving) is not { } found)
            {
                Change(_record with { Process = null, Status = AgentStatus.Stopped });
                StartIn(TimeSpan.Zero);
                return;
            }

            if (found.Process is null)
            {
                OnEnded(found.Failed!);
                return;
            }

            process = found.Process;
        }

        _process = process;
        if (!process.IsAlive)
        {
            await CollectWhileAwayAsync(process, leaving);
            return;
        }

        LogAdopted(spec.Id, process.Identity.Pid);
        var stale = _record.ConfigHash == _configHash ? "" : "runs with an older configuration until its next start";
        Change(_record with { Process = process.Identity, Status = AgentStatus.Running, Message = stale });
        if (_record.Wanted == false)
        {
            await StopAsync(leaving);
        }
    }

    private async Task CollectWhileAwayAsync(SupervisedProcess process, CancellationToken leaving)
    {
        var end = await process.EndAsync(leaving);
        if (_record.Wanted == true && (end == ProcessEnd.Reboot || end.Signal == Libc.SigTerm || _record.Status == AgentStatus.Stopping))
        {
            // Not a crash: the machine went down, somebody ended it while nobody watched, or the daemon died within a restart.
            NoteEnd(end, AgentStatus.Stopped, end.Message);
            StartIn(TimeSpan.Zero);
            return;
        }

        OnEnded(end);
        if (_record.Status == AgentStatus.Backoff)
        {
            // It has been down for as long as nobody watched.
            StartIn(TimeSpan.Zero);
        }
    }

    private void NoteEnd(ProcessEnd end, AgentStatus status, string message)
    {
        // What the program left behind in its session would hold its ports and files against the next start.
        _process?.KillAll();
        _process = null;
        Change(_record with
        {
            Status = status,
            Process = null,
            EndedAt = clock.GetUtcNow(),
            ExitCode = end.ExitCode,
            Signal = end.Signal,
            Message = message,
        });
    }

    private void StartIn(TimeSpan delay) => _nextStart = (clock.GetTimestamp(), delay);

    private void Change(AgentRecord record)
    {
        _record = record with { SeenAt = clock.GetUtcNow() };
        try
        {
            folder.WriteRecord(_record);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A full disk must not end the supervision; the next change tries again.
            LogNotWritten(full, spec.Id);
        }

        Changed?.Invoke();
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent} started as process {Pid}, generation {Generation}")]
    private partial void LogStarted(string agent, int pid, ulong generation);

    [LoggerMessage(LogLevel.Information, "Agent {Agent} still runs as process {Pid}: adopted")]
    private partial void LogAdopted(string agent, int pid);

    [LoggerMessage(LogLevel.Warning, "Agent {Agent} {How}; now {Status}")]
    private partial void LogEnded(string agent, string how, AgentStatus status);

    [LoggerMessage(LogLevel.Warning, "Agent {Agent}: process {Pid} did not end within {Grace} and is killed")]
    private partial void LogKilling(string agent, int pid, TimeSpan grace);

    [LoggerMessage(LogLevel.Error, "The record of agent {Agent} could not be written; a restart of the daemon would not know its last change")]
    private partial void LogNotWritten(Exception failure, string agent);
}
