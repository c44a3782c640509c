namespace OpsMesh.Sidecar.Resilience;

/// <summary>What applies to the calls of one target: a limit for each attempt, a breaker around it, retries around both.</summary>
internal sealed class Policy(TimeSpan? timeout, RetryPolicy? retry, CircuitBreaker? breaker, TimeProvider clock)
{
    /// <summary>Whole calls are tried again, so their input must be kept.</summary>
    public bool HasRetries => retry is { MaxRetries: not 0 };

    public TimeSpan? Timeout => timeout;

    /// <param name="attempt">One attempt; what it throws counts as a failure.</param>
    /// <param name="judge">What its result means.</param>
    /// <param name="stopping">Ends the waits between attempts; an attempt sees it only through its own token.</param>
    /// <returns>The last result.</returns>
    /// <exception cref="RefusedByBreakerException">The breaker did not let the last attempt through.</exception>
    /// <exception cref="PolicyTimeoutException">The last attempt took longer than the policy allows.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, Func<T, Verdict> judge, CancellationToken stopping)
    {
        for (var number = 1; ; number++)
        {
            var entered = breaker?.Enter();
            var succeeded = false;
            T? result = default;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
            var verdict = Verdict.Retry;
            try
            {
                result = await LimitAsync(attempt, stopping);
                verdict = Matched(judge(result));
                succeeded = verdict.IsSuccess;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested && IsFailure(e))
            {
                failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
                verdict = e is IJudgedFailure judged ? Matched(judged.Verdict) : Verdict.Retry;
            }
            finally
            {
                if (entered is { } generation)
                {
                    breaker!.Leave(generation, succeeded);
                }
            }

            if (verdict.MayRetry && retry?.DelayBefore(number, Random.Shared.NextDouble()) is { } delay)
            {
                await Task.Delay(delay, clock, stopping);
                continue;
            }

            failure?.Throw();
            return result!;
        }
    }

    private static bool IsFailure(Exception e) => e is not OutOfMemoryException;

    private Verdict Matched(Verdict verdict) => verdict switch
    {
        { HttpStatus: { } status } when retry?.HttpCodes is { } codes => verdict with { MayRetry = verdict.MayRetry && codes.Has(status) },
        { GrpcStatus: { } status } when retry?.GrpcCodes is { } codes => verdict with { MayRetry = verdict.MayRetry && codes.Has(status) },
        _ => verdict,
    };

    private async Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken stopping)
    {
        if (timeout is not { } limit)
        {
            return await attempt(stopping);
        }

        using var due = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stopping);
        try
        {
            return await attempt(either.Token);
        }
        catch (Exception e) when (due.IsCancellationRequested && !stopping.IsCancellationRequested && IsFailure(e))
        {
            throw new PolicyTimeoutException();
        }
    }
}
