using OpsMesh.Contracts.Registry.V1;
using OpsMesh.DocumentStore;

namespace OpsMesh.Registry.Registration;

public sealed class RegisterNodeHandlerTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task FirstRegistration_OpensSessionOneAndTellsIt()
    {
        var response = await _bench.RegisterAsync();

        Assert.True(response.Success);
        Assert.Equal(1ul, response.SessionEpoch);
        Assert.False(response.Resumed);
        Assert.Equal(10, response.HeartbeatInterval.Seconds);
        Assert.Equal(15, response.ReconnectWindow.Seconds);
        Assert.Equal("https://t:1", response.Endpoints["telemetry-ingest"]);
        Assert.Equal("ab", response.CaBundleHash);
        Assert.Equal(["registered", "online"], _bench.Ledger.Told);
        var node = _bench.Ledger.Nodes[RegistryBench.NodeId];
        Assert.Equal(response.SessionId, node.SessionId);
        Assert.Equal("a", node.Labels["zone"]);
    }

    [Fact]
    public async Task NextRegistration_FencesTheOldSessionOff()
    {
        var first = await _bench.RegisterAsync();
        var again = RegistryBench.Request();
        again.PreviousSessionId = first.SessionId;

        var second = (await _bench.Register.HandleAsync(RegistryBench.NodeId, again, TestEnd)).Value!;

        Assert.Equal(2ul, second.SessionEpoch);
        Assert.True(second.Resumed);
        Assert.True(_bench.BeatOnce(epoch: 1, seq: 1).RegisterAgain);
        Assert.False(_bench.BeatOnce(epoch: 2, seq: 1).RegisterAgain);
        Assert.Equal(["registered", "online", "registered"], _bench.Ledger.Told);
    }

    [Fact]
    public async Task StoreThatIsDown_OpensNoSession()
    {
        _bench.Ledger.Refusal = new CommitResult.Unavailable();

        var outcome = await _bench.Register.HandleAsync(RegistryBench.NodeId, RegistryBench.Request(), TestEnd);

        Assert.Equal(Reasons.StoreUnavailable, outcome.Failure?.Reason);
        Assert.NotNull(outcome.Failure?.RetryAfter);
        Assert.True(_bench.BeatOnce(epoch: 1, seq: 1).RegisterAgain);
    }

    [Theory]
    [MemberData(nameof(WrongRequests))]
    public async Task WrongField_IsNamed(string field, string reason, Action<RegisterNodeRequest> spoil)
    {
        var request = RegistryBench.Request();
        spoil(request);

        var outcome = await _bench.Register.HandleAsync(RegistryBench.NodeId, request, TestEnd);

        Assert.Equal((FailureKind.Invalid, reason, field), (outcome.Failure!.Kind, outcome.Failure.Reason, outcome.Failure.Field));
        Assert.Empty(_bench.Ledger.Nodes);
    }

    public static TheoryData<string, string, Action<RegisterNodeRequest>> WrongRequests() => new()
    {
        { "node_id", Reasons.FieldRequired, r => r.NodeId = "" },
        { "node_id", Reasons.FieldFormat, r => r.NodeId = "node-1" },
        { "node_id", Reasons.FieldFormat, r => r.NodeId = r.NodeId.ToUpperInvariant().Replace('1', 'A') },
        { "hostname", Reasons.FieldRequired, r => r.Hostname = "" },
        { "hostname", Reasons.FieldFormat, r => r.Hostname = "a b" },
        { "hostname", Reasons.FieldFormat, r => r.Hostname = "a\n" },
        { "hostname", Reasons.FieldFormat, r => r.Hostname = new string('a', 254) },
        { "boot_id", Reasons.FieldRequired, r => r.BootId = "" },
        { "boot_id", Reasons.FieldFormat, r => r.BootId = "../x" },
        { "machine_id", Reasons.FieldFormat, r => r.MachineId = "m/1" },
        { "os", Reasons.FieldFormat, r => r.Os = "lin\nux" },
        { "daemon_version", Reasons.OutOfRange, r => r.DaemonVersion = new string('1', 129) },
        { "labels", Reasons.NameCharset, r => r.Labels["Zone"] = "a" },
        { "labels.zone", Reasons.OutOfRange, r => r.Labels["zone"] = new string('ä', 65) },
        { "labels.zone", Reasons.FieldFormat, r => r.Labels["zone"] = "a\u001b" },
        { "labels", Reasons.TooManyItems, r => r.Labels.Add(Enumerable.Range(0, 33).ToDictionary(i => $"l{i}", _ => "")) },
        { "capabilities", Reasons.NameCharset, r => r.Capabilities.Add("No Way") },
        { "capabilities", Reasons.TooManyItems, r => r.Capabilities.Add(Enumerable.Range(0, 65).Select(i => $"c{i}")) },
        { "address", Reasons.FieldRequired, r => r.Address = "" },
        { "address", Reasons.FieldFormat, r => r.Address = "127.0.0.1" },
        { "address", Reasons.FieldFormat, r => r.Address = "127.0.0.1:0" },
        { "address", Reasons.FieldFormat, r => r.Address = "127.0.0.1:70000" },
        { "address", Reasons.FieldFormat, r => r.Address = "http://x/:1" },
        { "app_id", Reasons.FieldFormat, r => r.AppId = "daemon-other" },
        { "previous_session_id", Reasons.FieldFormat, r => r.PreviousSessionId = "x" },
    };
}
