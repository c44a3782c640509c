using System.Diagnostics;

namespace OpsMesh.Daemon.Supervision;

/// <summary>
/// Keeps one agent as it is meant to be. One loop does everything that changes it, so orders never meet.
/// "Stop the workload" is an order; "the daemon is leaving" is the token of <see cref="RunAsync"/> and leaves the program alone.
/// </summary>
internal sealed partial class AgentSupervisor(AgentSpec spec, AgentFolder folder, AgentLife life, TimeProvider clock, ILogger<AgentSupervisor> logger)
{
    /// <summary>A program that ends within this time after a start on order has "exited at once".</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(1);

    private readonly OrderQueue _orders = new();
    private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (SupervisedProcess Process, Task<ProcessEnd> End)? _watch;

    public event Action? Changed
    {
        add => life.Changed += value;
        remove => life.Changed -= value;
    }

    /// <summary>Ends when what ran before is adopted.</summary>
    public Task Resumed => _resumed.Task;

    public AgentSpec Spec => spec;

    public AgentFolder Folder => folder;

    public AgentRecord Record => life.Record;

    /// <summary>Last sign of life: now while it runs, since its process is looked at all the time.</summary>
    public DateTimeOffset? SeenAt => life.Process is null ? life.Record.SeenAt : clock.GetUtcNow();

    /// <summary>Adds an order and waits for its end. An order that was added is carried out also when the caller goes away.</summary>
    /// <returns>QUEUE_FULL when there is no room.</returns>
    public async Task<Outcome<OperationResult>> OperateAsync(OperationOrder order, CancellationToken cancellationToken)
    {
        order = order with { Parent = Activity.Current?.Id ?? (order.Traceparent.Length > 0 ? order.Traceparent : null) };
        SupervisedProcess? victim = null;
        if (order.Operation == AgentOperation.Kill)
        {
            await order.BeforeEffect(cancellationToken);
            victim = life.Process is { IsAlive: true } alive ? alive : null;
            order = order with { BeforeEffect = _ => ValueTask.CompletedTask, HasHit = victim is not null };
        }

        if (_orders.TryAdd(order) is not { } finished)
        {
            return new Failure(FailureKind.Busy, Reasons.QueueFull, $"Too many orders wait for agent {spec.Id}.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }

        // What now waits for the program to end, such as a stop in its grace, sees it end at once.
        victim?.KillAll();
        return await finished.WaitAsync(cancellationToken);
    }

    /// <summary>Adopts what runs, then supervises until the daemon leaves.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        try
        {
            await life.ResumeAsync(leaving);
            _resumed.TrySetResult();
            while (!leaving.IsCancellationRequested)
            {
                await StepAsync(leaving);
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The program goes on without us.
        }
        finally
        {
            while (_orders.TryTake(out var left))
            {
                left.Finished.TrySetCanceled(CancellationToken.None);
            }
        }
    }

    private async Task StepAsync(CancellationToken leaving)
    {
        try
        {
            if (_orders.TryTake(out var entry))
            {
                await CarryOutAsync(entry, leaving);
            }
            else if (Watch(leaving) is { IsCompleted: true } end)
            {
                _watch = null;
                life.OnEnded(await end);
            }
            else if (life.StartsIn == TimeSpan.Zero)
            {
                await life.StartAsync(traceparent: "");
            }
            else
            {
                await WaitAsync(leaving);
            }
        }
#pragma warning disable CA1031 // An agent without its supervisor is worse than any error here.
        catch (Exception failed) when (failed is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogStepFailed(failed, spec.Id);
            await Task.Delay(AfterError, clock, leaving);
        }
    }

    private Task<ProcessEnd>? Watch(CancellationToken leaving)
    {
        if (life.Process is not { } process)
        {
            return null;
        }

        if (_watch?.Process != process)
        {
            _watch = (process, process.EndAsync(leaving));
        }

        return _watch.Value.End;
    }

    private async Task WaitAsync(CancellationToken leaving)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        var waits = new List<Task> { _orders.WaitAsync(wake.Token) };
        if (Watch(leaving) is { } end)
        {
            waits.Add(end);
        }

        if (life.StartsIn is { } rest)
        {
            waits.Add(Task.Delay(rest, clock, wake.Token));
        }

        await Task.WhenAny(waits);
        await wake.CancelAsync();
        leaving.ThrowIfCancellationRequested();
    }

    private async Task CarryOutAsync(OrderQueue.Entry entry, CancellationToken leaving)
    {
        try
        {
            entry.Finished.SetResult(await CarryOutAsync(entry.Order, leaving));
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            entry.Finished.TrySetCanceled(leaving);
        }
#pragma warning disable CA1031 // The error belongs to the one who gave the order; the loop has to live for the next one.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            entry.Finished.TrySetException(failed);
        }
    }

    private async Task<OperationResult> CarryOutAsync(OperationOrder order, CancellationToken leaving)
    {
        await order.BeforeEffect(leaving);
        var name = order.Operation.ToString().ToLowerInvariant();
        using var step = DaemonTelemetry.Source.StartActivity($"agent {name}", ActivityKind.Internal, order.Parent);
        step?.SetTag("opsmesh.agent.id", spec.Id);
        var result = order.Operation switch
        {
            AgentOperation.Start => await StartAsync(order, leaving),
            AgentOperation.Stop => await StopAsync(order, leaving),
            AgentOperation.Restart => await RestartAsync(order, leaving),
            AgentOperation.Kill => await KillAsync(order, leaving),
            _ => throw new UnreachableException(),
        };
        step?.SetTag("opsmesh.outcome", result.Outcome);
        LogOperated(spec.Id, name, result.Outcome);
        return result;
    }

    private async Task<OperationResult> StartAsync(OperationOrder order, CancellationToken leaving)
    {
        if (life.Process is { IsAlive: true } running)
        {
            return new OperationResult(true, "ALREADY_RUNNING", $"It runs as process {running.Identity.Pid}.");
        }

        await life.CollectEndAsync(order.Traceparent, leaving);
        return await StartAndSettleAsync(order, leaving);
    }

    private async Task<OperationResult> StopAsync(OperationOrder order, CancellationToken leaving)
    {
        if (life.Process is null && life.StartsIn is null)
        {
            life.Want(false, order.Traceparent);
            return new OperationResult(true, "NOT_RUNNING", "It does not run.");
        }

        life.Want(false, order.Traceparent);
        await life.StopAsync(leaving);
        return OperationResult.Done($"It {life.Record.Message}.");
    }

    private async Task<OperationResult> RestartAsync(OperationOrder order, CancellationToken leaving)
    {
        if (order.Generation != 0 && order.Generation < life.Record.Generation)
        {
            return new OperationResult(false, Reasons.PreconditionGeneration, $"It was started again since: generation {life.Record.Generation}.");
        }

        life.Want(true, order.Traceparent);
        await life.StopAsync(leaving);
        if (_orders.HasKill)
        {
            life.Want(false, order.Traceparent);
            return new OperationResult(false, "CANCELLED", "A kill came before it was started again.");
        }

        return await StartAndSettleAsync(order, leaving);
    }

    private async Task<OperationResult> KillAsync(OperationOrder order, CancellationToken leaving)
    {
        var ran = order.HasHit || life.Process is not null;
        life.Want(false, order.Traceparent);
        life.Process?.KillAll();
        await life.StopAsync(leaving);
        return ran ? OperationResult.Done("It was killed.") : new OperationResult(true, "NOT_RUNNING", "It does not run.");
    }

    private async Task<OperationResult> StartAndSettleAsync(OperationOrder order, CancellationToken leaving)
    {
        life.ForgetHistory();
        await life.StartAsync(order.Traceparent);
        if (life.Process is { } process && !await process.EndsWithinAsync(SettleTime, leaving))
        {
            return OperationResult.Done($"It runs as process {process.Identity.Pid}.");
        }

        await life.CollectEndAsync(order.Traceparent, leaving);
        return new OperationResult(life.Record.ExitCode == 0, "EXITED_AT_ONCE", $"It {life.Record.Message}.");
    }

    [LoggerMessage(LogLevel.Information, "Agent {Agent}: {Operation} ended with {Outcome}")]
    private partial void LogOperated(string agent, string operation, string outcome);

    [LoggerMessage(LogLevel.Error, "Supervision of agent {Agent} met an error and goes on")]
    private partial void LogStepFailed(Exception failure, string agent);
}
