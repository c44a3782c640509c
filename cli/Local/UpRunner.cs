using System.Runtime.InteropServices;
using System.Text.Json;
using OpsMesh.Cli.Local.Sidecars;
using OpsMesh.Cli.Local.Stores;
using OpsMesh.Cli.Topology;
using Spectre.Console;

namespace OpsMesh.Cli.Local;

/// <summary>`opsmesh up` from the first check to the last stopped process.</summary>
internal sealed class UpRunner(LocalOptions options, TimeProvider clock)
{
    private static readonly TimeSpan FleetLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly IAnsiConsole _console = Progress.Console();
    private readonly MeshLayout _layout = MeshLayout.At(options.Data);
    private readonly MeshSecrets _secrets = new();

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var progress = new Progress(_console, clock);
        var stores = new StoreServers(options, _layout);
        var topology = stores.AddTo(TyeReader.Read(Repository.Topology, options.PortBase));
        topology = options.Daprd is null ? topology : DaprdSidecars.AddTo(topology);
        _layout.Create();
        using var only = UpLock.Take(_layout);
        if (await Leftovers.StopAsync(_layout, clock, stopping) is > 0 and var left)
        {
            progress.Note($"stopped {left} processes of an `up` that was killed");
        }

        PortCheck.Run(topology);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var hangUp = new CancellationTokenSource();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, hangUp.Token);
        await using var mesh = new Mesh(_layout, new ReadyProbe(http, clock), progress, clock);
        using var signals = ListenForImpatience(mesh);
        using var closedTerminal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Cancel(signal, hangUp));
        try
        {
            await StartAsync(mesh, topology, stores, http, progress, ending.Token);
            return await WatchAsync(mesh, progress, ending.Token);
        }
        finally
        {
            progress.Note("stopping (Ctrl-C again: at once)");
            await mesh.StopAsync();
            File.Delete(_layout.RunFile("up"));
            File.Delete(_layout.StoreVariables);
        }
    }

    private async Task StartAsync(Mesh mesh, TyeTopology topology, StoreServers stores, HttpClient http, Progress progress, CancellationToken cancellationToken)
    {
        var formerHash = File.Exists(_layout.OperatorHash) ? await File.ReadAllTextAsync(_layout.OperatorHash, cancellationToken) : null;
        using var identities = new LocalIdentities(_layout, clock);
        var builder = new PlanBuilder(topology, _layout, _secrets, identities, new NodeIds(_layout, clock), stores, options);
        builder.MakeFolders();
        await stores.PrepareAsync(topology, cancellationToken);
        var plans = builder.Build();
        RecordUp();
        progress.Done($"certificates, tokens and configuration are in {_layout.Root}");

        await mesh.StartAsync(Of(plans, ProcessKind.Store), cancellationToken);
        await mesh.StartAsync(Of(plans, ProcessKind.Sidecar), cancellationToken);
        await new TokenSeed(topology, _secrets, formerHash, http, clock).WriteAsync(cancellationToken);
        MeshLayout.WritePrivate(_layout.OperatorHash, _secrets.OperatorTokenHash);
        await mesh.StartAsync(Of(plans, ProcessKind.Service, ProcessKind.Console), cancellationToken);
        await mesh.StartAsync(Of(plans, ProcessKind.Node, ProcessKind.Subscriber), cancellationToken);

        var nodeIds = plans.Select(p => p.NodeId).OfType<string>().ToList();
        var agents = await WaitForFleetAsync(mesh, new FleetWatch(new MeshClient(http, builder.PageUrl, _secrets.OperatorToken), clock), nodeIds, cancellationToken);
        progress.Done($"{nodeIds.Count} nodes are online with {agents.Values.Sum(a => a.Count)} agents");
        UpTable.Print(_console, mesh.Children, agents);
        await System.Console.Out.WriteLineAsync($"\nConsole: {builder.PageUrl}/#login={_secrets.OneTimeToken}\n(the link logs in once; programs use the token in {_layout.ConsoleFile})\nCtrl-C stops everything.");
    }

    /// <exception cref="CliException">Not within the limit, or a process ended meanwhile: then nobody has to wait for the limit.</exception>
    private static async Task<Dictionary<string, List<JsonElement>>> WaitForFleetAsync(Mesh mesh, FleetWatch fleet, List<string> nodeIds, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var online = fleet.WaitAsync(nodeIds, FleetLimit, either.Token);
        var end = mesh.FirstEndAsync(either.Token);
        if (await Task.WhenAny(online, end) == end && !cancellationToken.IsCancellationRequested)
        {
            var child = await end;
            await either.CancelAsync();
            throw new CliException(ExitCodes.ChildFailed, $"{child.Plan.Name} ended with exit code {child.ExitCode} before the fleet was online. Its log: {child.Log}");
        }

        await either.CancelAsync();
        return await online;
    }

    /// <summary>A process that ends while the mesh is up is reported, and started again when asked for; the others keep running, as they would in production.</summary>
    private async Task<int> WatchAsync(Mesh mesh, Progress progress, CancellationToken stopping)
    {
        var lost = false;
        try
        {
            await Task.WhenAll(mesh.Children.Select(async child =>
            {
                if (options.Respawn)
                {
                    await KeepAsync(mesh, child, progress, stopping);
                    return;
                }

                await child.WaitAsync(stopping);
                lost = true;
                progress.Bad($"{End(child)}; the others keep running. Its log: {child.Log}");
            }));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop: the usual end.
        }

        return lost ? ExitCodes.ChildLost : ExitCodes.Ok;
    }

    /// <summary>Starts a process again whenever it ends: at once after a good run, later and later while it does not become ready.</summary>
    private async Task KeepAsync(Mesh mesh, ChildProcess child, Progress progress, CancellationToken stopping)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            await child.WaitAsync(stopping);
            progress.Bad($"{End(child)}; it is started again{(pause > TimeSpan.Zero ? $" in {pause.TotalSeconds:0} s" : "")}. Its log: {child.Log}");
            await Task.Delay(pause, clock, stopping);
            pause = pause == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            child = mesh.StartAgain(child);
            if (await mesh.IsReadyAsync(child, stopping))
            {
                pause = TimeSpan.Zero;
            }
        }
    }

    private static string End(ChildProcess child) => $"{child.Plan.Name} (pid {child.Pid}) ended with exit code {child.ExitCode}";

    private void RecordUp()
    {
        var self = ProcessStamp.Of(Environment.ProcessId)!;
        var record = new RunRecord
        {
            Name = "up",
            Kind = RunRecord.UpKind,
            Pid = self.Pid,
            StartTicks = self.StartTicks,
            BootId = RunRecord.CurrentBoot,
            StartedAt = clock.GetUtcNow(),
        };
        record.Write(_layout);
    }

    private static IEnumerable<ProcessPlan> Of(IEnumerable<ProcessPlan> plans, params ProcessKind[] kinds) => plans.Where(p => kinds.Contains(p.Service.Kind));

    /// <summary>The first Ctrl-C asks `up` to stop; one after that means "do not wait".</summary>
    private static PosixSignalRegistration ListenForImpatience(Mesh mesh)
    {
        var seen = 0;
        return PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref seen) > 1)
            {
                mesh.Hurry();
            }
        });
    }

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
