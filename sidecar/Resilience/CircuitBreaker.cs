using OpsMesh.Sidecar.Cel;

namespace OpsMesh.Sidecar.Resilience;

/// <summary>Refuses calls for a while after too many failed. Shared by all calls of its key.</summary>
internal sealed class CircuitBreaker(BreakerPolicy policy, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private State _state = State.Closed;
    private long _stateSince = clock.GetTimestamp();
    private int _generation;
    private long _requests;
    private long _successes;
    private long _failures;
    private long _consecutiveSuccesses;
    private long _consecutiveFailures;

    private enum State
    {
        Closed,
        Open,
        HalfOpen,
    }

    /// <returns>What <see cref="Leave"/> needs.</returns>
    /// <exception cref="RefusedByBreakerException">It is open, or half open with enough calls on their way.</exception>
    public int Enter()
    {
        lock (_gate)
        {
            Age();
            if (_state == State.Open)
            {
                throw new RefusedByBreakerException("circuit breaker is open");
            }

            if (_state == State.HalfOpen && _requests >= policy.MaxRequests)
            {
                throw new RefusedByBreakerException("too many requests");
            }

            _requests++;
            return _generation;
        }
    }

    public void Leave(int entered, bool succeeded)
    {
        lock (_gate)
        {
            Age();
            if (entered != _generation)
            {
                return;
            }

            if (succeeded)
            {
                CountSuccess();
            }
            else
            {
                CountFailure();
            }
        }
    }

    private void CountSuccess()
    {
        _successes++;
        _consecutiveSuccesses++;
        _consecutiveFailures = 0;
        if (_state == State.HalfOpen && _consecutiveSuccesses >= policy.MaxRequests)
        {
            Become(State.Closed);
        }
    }

    private void CountFailure()
    {
        _failures++;
        _consecutiveFailures++;
        _consecutiveSuccesses = 0;
        if (_state == State.HalfOpen || (_state == State.Closed && MustTrip()))
        {
            Become(State.Open);
        }
    }

    private bool MustTrip()
    {
        var counts = new CelScope("requests", _requests, new CelScope("totalSuccesses", _successes, new CelScope("totalFailures", _failures,
            new CelScope("consecutiveSuccesses", _consecutiveSuccesses, new CelScope("consecutiveFailures", _consecutiveFailures)))));
        try
        {
            return policy.Trip.Evaluate(counts) is true;
        }
        catch (CelException)
        {
            // It was tried when the resource was read; what fails for some counts only does not trip.
            return false;
        }
    }

    private void Age()
    {
        var limit = _state switch
        {
            State.Open => policy.Timeout,
            State.Closed when policy.Interval > TimeSpan.Zero => policy.Interval,
            _ => TimeSpan.MaxValue,
        };
        if (clock.GetElapsedTime(_stateSince) >= limit)
        {
            Become(_state == State.Open ? State.HalfOpen : State.Closed);
        }
    }

    private void Become(State state)
    {
        _state = state;
        _stateSince = clock.GetTimestamp();
        _generation++;
        (_requests, _successes, _failures, _consecutiveSuccesses, _consecutiveFailures) = (0, 0, 0, 0, 0);
    }
}
