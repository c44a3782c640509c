extern alias sidecar;

using OpsMesh.Testing;
using sidecar::OpsMesh.Sidecar.Cel;
using sidecar::OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.Tests.Resilience;

public sealed class CircuitBreakerTests
{
    private readonly ManualClock _clock = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(
        new BreakerPolicy(1, TimeSpan.Zero, TimeSpan.FromSeconds(10), CelParser.Parse("consecutiveFailures >= 2")), _clock);

    [Fact]
    public void FailuresInARow_OpenIt()
    {
        Call(false);
        Call(true);
        Call(false);
        Call(false);

        Assert.Equal("circuit breaker is open", Assert.Throws<RefusedByBreakerException>(() => _breaker.Enter()).Message);
    }

    [Fact]
    public void AfterItsTimeout_OneCallIsLetThroughAndDecides()
    {
        Call(false);
        Call(false);
        _clock.Advance(TimeSpan.FromSeconds(10));

        var probe = _breaker.Enter();
        Assert.Equal("too many requests", Assert.Throws<RefusedByBreakerException>(() => _breaker.Enter()).Message);
        _breaker.Leave(probe, succeeded: true);

        Call(false);
        Call(true);
    }

    [Fact]
    public void FailureOfTheProbe_OpensItAgain()
    {
        Call(false);
        Call(false);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Call(false);

        Assert.Throws<RefusedByBreakerException>(() => _breaker.Enter());
    }

    [Fact]
    public void CallFromBeforeItOpened_NoLongerCounts()
    {
        var old = _breaker.Enter();
        Call(false);
        Call(false);
        _clock.Advance(TimeSpan.FromSeconds(10));

        _breaker.Leave(old, succeeded: true);

        Call(false);
        Assert.Throws<RefusedByBreakerException>(() => _breaker.Enter());
    }

    private void Call(bool succeeds) => _breaker.Leave(_breaker.Enter(), succeeds);
}
