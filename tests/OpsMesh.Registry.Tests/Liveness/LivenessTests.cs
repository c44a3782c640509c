using OpsMesh.DocumentStore;
using OpsMesh.Registry.Nodes;

namespace OpsMesh.Registry.Liveness;

public sealed class LivenessTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    private Verdict State => _bench.Ledger.Nodes[RegistryBench.NodeId].State;

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, "Online")]
    [InlineData(14.9, "Online")]
    [InlineData(15, "Suspect")]
    [InlineData(23.9, "Suspect")]
    [InlineData(24, "Offline")]
    [InlineData(1e6, "Offline")]
    public void Silence_Decides(double seconds, string verdict)
    {
        var judgement = LivenessDecider.Judge(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(seconds), new LivenessOptions());

        Assert.Equal(verdict, judgement.Verdict.ToString());
        Assert.NotEmpty(judgement.Evidence);
    }

    [Fact]
    public async Task NodeThatFallsSilent_IsSuspectThenOffline()
    {
        await _bench.RegisterAsync();
        _bench.BeatOnce(epoch: 1, seq: 1);

        await _bench.PassAsync(TimeSpan.FromSeconds(16));
        Assert.Equal(Verdict.Suspect, State);
        await _bench.PassAsync(TimeSpan.FromSeconds(9));

        Assert.Equal(Verdict.Offline, State);
        Assert.Equal(["registered", "online", "suspect", "offline"], _bench.Ledger.Told);
        Assert.Contains("Silent for", _bench.Ledger.Nodes[RegistryBench.NodeId].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodeThatBeatsAgain_IsOnlineAgain()
    {
        await _bench.RegisterAsync();
        await _bench.PassAsync(TimeSpan.FromSeconds(30));

        _bench.BeatOnce(epoch: 1, seq: 1);
        await _bench.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(Verdict.Online, State);
        Assert.Equal("online", _bench.Ledger.Told[^1]);
    }

    [Fact]
    public async Task RegistryThatStoodStill_BlamesNobody()
    {
        await _bench.RegisterAsync();
        await _bench.PassAsync(TimeSpan.FromSeconds(5));

        _bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await _bench.PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(Verdict.Online, State);

        await _bench.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(Verdict.Offline, State);
    }

    [Fact]
    public async Task NodeThatHasNotComeBackAfterARestart_IsJudgedAfterTheGrace()
    {
        using var before = new RegistryBench();
        await before.RegisterAsync();
        _bench.Ledger.Nodes[RegistryBench.NodeId] = before.Ledger.Nodes[RegistryBench.NodeId];

        await _bench.PassAsync(TimeSpan.FromSeconds(119));
        Assert.Empty(_bench.Ledger.Told);
        await _bench.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(Verdict.Offline, State);
        Assert.Equal(["offline"], _bench.Ledger.Told);
    }

    [Fact]
    public async Task VerdictOfAnOldSession_ChangesNothing()
    {
        await _bench.RegisterAsync();
        var stored = _bench.Ledger.Nodes[RegistryBench.NodeId];
        _bench.Ledger.Nodes[RegistryBench.NodeId] = stored with { SessionEpoch = 2 };

        await _bench.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(Verdict.Online, State);
    }

    [Fact]
    public async Task StoreThatIsDown_GetsTheVerdictLater()
    {
        await _bench.RegisterAsync();
        _bench.Ledger.Refusal = new CommitResult.Unavailable();
        await _bench.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(Verdict.Online, State);

        _bench.Ledger.Refusal = null;
        await _bench.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(Verdict.Offline, State);
    }
}
