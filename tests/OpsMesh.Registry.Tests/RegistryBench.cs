using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Inventory;
using OpsMesh.Registry.Liveness;
using OpsMesh.Registry.Registration;
using OpsMesh.Testing;

namespace OpsMesh.Registry;

/// <summary>The registry's parts on a clock that stands still and a ledger in memory. Heartbeats are due each 10 s, without jitter.</summary>
internal sealed class RegistryBench : IDisposable
{
    public const string NodeId = "01890000-0000-7000-8000-000000000001";

    public RegistryBench()
    {
        var heartbeats = Options.Create(new HeartbeatOptions { Jitter = 0 });
        var liveness = Options.Create(new LivenessOptions());
        var intervals = new HeartbeatIntervals(heartbeats);
        Sessions = new SessionTable(Clock);
        Register = new RegisterNodeHandler(
            Ledger, Sessions, intervals, new MeshInformation(new Dictionary<string, string> { ["telemetry-ingest"] = "https://t:1" }, "ab"),
            Options.Create(new RegistrationOptions()), Clock, NullLogger<RegisterNodeHandler>.Instance);
        Beat = new HeartbeatHandler(Sessions, intervals, heartbeats, Clock, NullLogger<HeartbeatHandler>.Instance);
        Loop = new LivenessLoop(Sessions, Ledger, Ledger, liveness, Clock, NullLogger<LivenessLoop>.Instance);
        List = new ListNodesHandler(Ledger, new NodeViews(Sessions, liveness, Clock));
    }

    public ManualClock Clock { get; } = new();

    public FakeLedger Ledger { get; } = new();

    public SessionTable Sessions { get; }

    public RegisterNodeHandler Register { get; }

    public HeartbeatHandler Beat { get; }

    public LivenessLoop Loop { get; }

    public ListNodesHandler List { get; }

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public static RegisterNodeRequest Request(string nodeId = NodeId) => new()
    {
        NodeId = nodeId,
        Hostname = "node-1",
        BootId = "b00t",
        DaemonEpoch = 1,
        Address = "127.0.0.1:7211",
        AppId = $"daemon-{nodeId}",
        Labels = { ["zone"] = "a" },
    };

    public static string Id(int number) => $"01890000-0000-7000-8000-{number:D12}";

    public async Task<RegisterNodeResponse> RegisterAsync(string nodeId = NodeId)
    {
        var outcome = await Register.HandleAsync(nodeId, Request(nodeId), TestEnd);
        Assert.True(outcome.Succeeded);
        return outcome.Value;
    }

    public HeartbeatResponse BeatOnce(ulong epoch, ulong seq, string nodeId = NodeId)
    {
        var request = new HeartbeatRequest
        {
            NodeId = nodeId,
            SessionEpoch = epoch,
            Seq = seq,
            Timestamp = Clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        var outcome = Beat.Handle(nodeId, request);
        Assert.True(outcome.Succeeded);
        return outcome.Value;
    }

    /// <summary>Lets time pass as it does while the loop runs: tick by tick.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var tick = new LivenessOptions().Tick;
        for (var passed = TimeSpan.Zero; passed < time; passed += tick)
        {
            Clock.Advance(tick);
            await Loop.TickAsync(TestEnd);
        }
    }

    public void Dispose() => Loop.Dispose();
}
