using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Registry.Heartbeats;

public sealed class HeartbeatHandlerTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void UnknownSession_HasToRegisterAgain()
    {
        var response = _bench.BeatOnce(epoch: 1, seq: 1);

        Assert.True(response.RegisterAgain);
        Assert.False(response.Success);
    }

    [Fact]
    public async Task NewerHeartbeat_Counts()
    {
        await _bench.RegisterAsync();
        _bench.Clock.Advance(TimeSpan.FromSeconds(3));

        var response = _bench.BeatOnce(epoch: 1, seq: 1);

        Assert.True(response.Success);
        Assert.Equal(10, response.NextInterval.Seconds);
        Assert.Equal(_bench.Clock.GetUtcNow(), _bench.Sessions.Find(RegistryBench.NodeId)?.View.LastHeartbeat);
    }

    [Fact]
    public async Task OlderHeartbeat_IsIgnored()
    {
        await _bench.RegisterAsync();
        _bench.BeatOnce(epoch: 1, seq: 5);
        var heard = _bench.Sessions.Find(RegistryBench.NodeId)?.View;
        _bench.Clock.Advance(TimeSpan.FromSeconds(3));

        var response = _bench.BeatOnce(epoch: 1, seq: 4);

        Assert.True(response.Success);
        Assert.Equal(heard, _bench.Sessions.Find(RegistryBench.NodeId)?.View);
    }

    [Theory]
    [InlineData(0, 1893456000)]
    [InlineData(long.MinValue, 3153600000)]
    [InlineData(long.MaxValue, -3153600000)]
    public async Task AbsurdClock_IsShownAndNotRefused(long timestamp, long skewSeconds)
    {
        await _bench.RegisterAsync();

        var request = new HeartbeatRequest { NodeId = RegistryBench.NodeId, SessionEpoch = 1, Seq = 1, Timestamp = timestamp };
        Assert.True(_bench.Beat.Handle(RegistryBench.NodeId, request).Value?.Success);

        Assert.Equal(TimeSpan.FromSeconds(skewSeconds), _bench.Sessions.Find(RegistryBench.NodeId)?.View.Skew);
    }
}
