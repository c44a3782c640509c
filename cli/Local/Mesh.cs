using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>The processes of a local run: starts them in order, watches them, stops them in reverse order.</summary>
internal sealed class Mesh(MeshLayout layout, ReadyProbe probe, Progress progress, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(120);

    /// <summary>A service drains for up to 20 s and its host gives it 25 s.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(28);

    private readonly Lock _gate = new();
    private readonly List<ChildProcess> _children = [];
    private readonly CancellationTokenSource _hurry = new();
    private bool _stopped;

    public IReadOnlyList<ChildProcess> Children
    {
        get
        {
            lock (_gate)
            {
                return [.. _children];
            }
        }
    }

    /// <summary>Starts processes side by side, then waits until each is ready.</summary>
    public async Task StartAsync(IEnumerable<ProcessPlan> plans, CancellationToken cancellationToken)
    {
        var started = new List<ChildProcess>();
        foreach (var plan in plans)
        {
            cancellationToken.ThrowIfCancellationRequested();
            started.Add(Start(plan));
        }

        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = started.Select(c => WaitAsync(c, failed)).ToList();
        try
        {
            await Task.WhenAll(waits);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // One failed and cancelled the others; its message is the one to show.
            throw waits.Select(w => w.Exception?.InnerException).OfType<CliException>().First();
        }
    }

    /// <summary>Starts a process in the place of one that has ended; does not wait for it.</summary>
    public ChildProcess StartAgain(ChildProcess ended)
    {
        lock (_gate)
        {
            _children.Remove(ended);
        }

        var child = Start(ended.Plan);
        ended.Dispose();
        return child;
    }

    /// <returns>False when it ended, or was not ready within the limit, and then lives on.</returns>
    public async Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            await probe.WaitAsync(child, ReadyLimit, cancellationToken);
            progress.Done($"{child.Plan.Name} is ready (pid {child.Pid})");
            return true;
        }
        catch (CliException late)
        {
            if (!child.HasExited)
            {
                progress.Bad(late.Message);
            }

            return false;
        }
    }

    /// <summary>Waits until one of the running processes ends, and says which.</summary>
    public async Task<ChildProcess> FirstEndAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ends = Children.ToDictionary(c => c.WaitAsync(enough.Token));
        var first = await Task.WhenAny(ends.Keys);
        cancellationToken.ThrowIfCancellationRequested();
        await enough.CancelAsync();
        return ends[first];
    }

    /// <summary>From now on nothing is waited for.</summary>
    public void Hurry() => _hurry.Cancel();

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        foreach (var child in Children)
        {
            child.Dispose();
        }

        _hurry.Dispose();
    }

    public async Task StopAsync()
    {
        _stopped = true;
        foreach (var stage in Children.GroupBy(c => c.Plan.Service.Kind).OrderByDescending(s => s.Key))
        {
            await Task.WhenAll(stage.Select(StopAsync));
            if (stage.Key == ProcessKind.Node)
            {
                var ended = await AgentReaper.RunAsync(layout, clock, _hurry.Token);
                progress.Done($"{ended} supervised programs stopped");
            }
        }
    }

    private ChildProcess Start(ProcessPlan plan)
    {
        var child = ChildProcess.Start(plan, layout);
        lock (_gate)
        {
            _children.Add(child);
        }

        Record(child).Write(layout);
        return child;
    }

    private async Task StopAsync(ChildProcess child)
    {
        if (!child.HasExited && !await child.StopAsync(StopLimit, clock, _hurry.Token))
        {
            progress.Bad($"{child.Plan.Name} had to be killed");
        }
        else
        {
            progress.Done($"{child.Plan.Name} stopped");
        }

        File.Delete(layout.RunFile(child.Plan.Name));
    }

    private async Task WaitAsync(ChildProcess child, CancellationTokenSource failed)
    {
        try
        {
            await probe.WaitAsync(child, ReadyLimit, failed.Token);
            progress.Done($"{child.Plan.Name} is ready (pid {child.Pid})");
        }
        catch (CliException)
        {
            await failed.CancelAsync();
            throw;
        }
    }

    private RunRecord Record(ChildProcess child)
    {
        var service = child.Plan.Service;
        var ports = new SortedDictionary<string, int>(service.Ports.ToDictionary(), StringComparer.Ordinal);
        if (service.Dapr is { } dapr)
        {
            (ports["dapr-http"], ports["dapr-grpc"]) = (dapr.HttpPort, dapr.GrpcPort);
        }

        return new RunRecord
        {
            Name = service.Name,
            Kind = service.Kind.ToString().ToLowerInvariant(),
            Pid = child.Pid,
            StartTicks = child.Stamp.StartTicks,
            BootId = RunRecord.CurrentBoot,
            StartedAt = clock.GetUtcNow(),
            Ports = ports,
            ReadyUrl = child.Plan.ReadyUrl.ToString(),
            NodeId = child.Plan.NodeId,
            Log = child.Log,
            Url = child.Plan.Login?.Url,
            Token = child.Plan.Login?.Token,
        };
    }
}
