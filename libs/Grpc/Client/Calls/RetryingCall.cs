using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// A call that is tried again as its policy allows, until the server has sent headers or the requests are more than is kept for retries. One
/// deadline spans all tries.
/// </summary>
internal sealed class RetryingCall<TRequest, TResponse>(
    ChannelCore channel, RetryPolicy policy, Method<TRequest, TResponse> method, string? host, CallOptions options)
    : IMethodCall<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
#pragma warning disable CA2213 // Without a timer it holds nothing.
    private readonly CancellationTokenSource _givingUp = new();
#pragma warning restore CA2213
    private RetryingRequestWriter<TRequest>? _requests;
    private ClientCall<TRequest, TResponse>? _attempt;
    private bool _settled;
    private bool _disposed;

    public Task<Metadata> HeadersAsync => _headers.Task;

    public bool HasEnded => Settled()?.HasEnded == true;

    public CancellationToken Token => Latest.Token;

    public Task<TResponse> UnaryAsync(TRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(attempt => attempt.UnaryAsync(request));
    }

    public IAsyncStreamReader<TResponse> ServerStreaming(TRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ResponseStreamReader<TResponse>(this, RunAsync(attempt => attempt.ServerStreamingAsync(request)));
    }

    public (IClientStreamWriter<TRequest> Requests, Task<TResponse> Response) ClientStreaming()
    {
        _requests = new(this, channel.Retries);
        return (_requests, RunAsync(attempt => Attach(attempt.ClientStreamingAsync())));
    }

    public (IClientStreamWriter<TRequest> Requests, IAsyncStreamReader<TResponse> Responses) Duplex()
    {
        _requests = new(this, channel.Retries);
        return (_requests, new ResponseStreamReader<TResponse>(this, RunAsync(attempt => Attach(attempt.DuplexAsync()))));
    }

    public void Encode(TRequest message, PooledBuffer target, WriteOptions? writeOptions) => Latest.Encode(message, target, writeOptions);

    public Exception WriteRefusal() => Latest.WriteRefusal();

    public Task<Exception> WriteFailureAsync(Exception failure) => Latest.WriteFailureAsync(failure);

    public Status GetStatus() => Settled()?.GetStatus()
        ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => Settled()?.GetTrailers()
        ?? throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void CancelByCaller() => Stop(attempt => attempt.CancelByCaller());

    public void Dispose() => Stop(attempt => attempt.Dispose());

    private ClientCall<TRequest, TResponse> Latest
    {
        get
        {
            lock (_gate)
            {
                return _attempt!;
            }
        }
    }

    private Task<T> Attach<T>((MessageWriter<TRequest> Requests, Task<T> Response) attempt)
    {
        _requests!.Attach(attempt.Requests);
        return attempt.Response;
    }

    private ClientCall<TRequest, TResponse>? Settled()
    {
        lock (_gate)
        {
            return _settled ? _attempt : null;
        }
    }

    private void Stop(Action<ClientCall<TRequest, TResponse>> stop)
    {
        ClientCall<TRequest, TResponse>? attempt;
        lock (_gate)
        {
            _disposed = true;
            attempt = _attempt;
        }

        _givingUp.Cancel();
        if (attempt is not null)
        {
            stop(attempt);
        }
    }

    private Task<T> RunAsync<T>(Func<ClientCall<TRequest, TResponse>, Task<T>> start) => RunAsync(start, Begin(1));

    private async Task<T> RunAsync<T>(Func<ClientCall<TRequest, TResponse>, Task<T>> start, ClientCall<TRequest, TResponse> attempt)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(
            _givingUp.Token, options.CancellationToken, channel.Disposing);
        for (var number = 1; ; number++)
        {
            try
            {
                var response = start(attempt);
                _ = SettleAtHeadersAsync(attempt);
                var result = await response.ConfigureAwait(false);
                channel.Retries.Throttle?.Succeeded();
                await SettleAsync(attempt).ConfigureAwait(false);
                return result;
            }
            catch (Exception failure) when (!MayRetry(attempt, number))
            {
                if (attempt.End is null)
                {
                    // It has not begun, so headers of it would never come.
                    Settle(attempt);
                    Fail(failure);
                }
                else
                {
                    await SettleAsync(attempt).ConfigureAwait(false);
                }

                throw;
            }
#pragma warning disable CA1031 // The filter above has let through what the policy says to try again.
            catch (Exception)
#pragma warning restore CA1031
            {
                await WaitAsync(Delay(attempt, number), waiting.Token).ConfigureAwait(false);
                attempt = Begin(number + 1);
            }
        }
    }

    private ClientCall<TRequest, TResponse> Begin(int number)
    {
        var headers = options.Headers;
        if (number > 1)
        {
            headers = [.. options.Headers ?? []];
            headers.Add(GrpcHeaders.PreviousAttempts, (number - 1).ToString(CultureInfo.InvariantCulture));
        }

        var attempt = new ClientCall<TRequest, TResponse>(channel, method, host, headers is null ? options : options.WithHeaders(headers));
        bool disposed;
        lock (_gate)
        {
            _attempt = attempt;
            disposed = _disposed;
        }

        if (disposed)
        {
            attempt.CancelByCaller();
        }

        return attempt;
    }

    /// <summary>From its headers on, long before its response, an attempt is the last, and nothing need be kept for another.</summary>
    private async Task SettleAtHeadersAsync(ClientCall<TRequest, TResponse> attempt)
    {
        await ((Task)attempt.HeadersAsync).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (attempt.IsCommitted)
        {
            await SettleAsync(attempt).ConfigureAwait(false);
        }
    }

    private void Settle(ClientCall<TRequest, TResponse> attempt)
    {
        Debug.Assert(attempt == Latest, "Only the latest attempt can be the last.");
        lock (_gate)
        {
            _settled = true;
        }

        _requests?.Settle();
    }

    /// <param name="attempt">The last one; its headers have come, or it has ended without.</param>
    private async Task SettleAsync(ClientCall<TRequest, TResponse> attempt)
    {
        Settle(attempt);
        try
        {
            _headers.TrySetResult(await attempt.HeadersAsync.ConfigureAwait(false));
        }
#pragma warning disable CA1031 // It goes to whoever asks for the headers.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _headers.TrySetException(failure);
        _ = _headers.Task.Exception;
    }

    private bool MayRetry(ClientCall<TRequest, TResponse> attempt, int number)
    {
        if (attempt.End is not { } end
            || attempt.IsCommitted
            || !policy.RetryableStatusCodes.Contains(end.Status.StatusCode))
        {
            return false;
        }

        channel.Retries.Throttle?.Failed();
        bool disposed;
        lock (_gate)
        {
            disposed = _disposed;
        }

        return !disposed
            && !options.CancellationToken.IsCancellationRequested
            && number < channel.Retries.Attempts(policy)
            && channel.Retries.Throttle?.AllowsRetry != false
            && Pushback(end) is not < 0
            && (_requests?.TryLeaveAttempt() ?? channel.Retries.MayKeep(attempt.LastRequestBytes));
    }

    private TimeSpan Delay(ClientCall<TRequest, TResponse> attempt, int number)
    {
        if (Pushback(attempt.End!) is { } asked)
        {
            return TimeSpan.FromMilliseconds(asked);
        }

        var most = Math.Min(
            policy.InitialBackoff!.Value.TotalMilliseconds * Math.Pow(policy.BackoffMultiplier!.Value, number - 1),
            policy.MaxBackoff!.Value.TotalMilliseconds);
#pragma warning disable CA5394 // Jitter, not a secret.
        return TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * most);
#pragma warning restore CA5394
    }

    // Cancelled or past its deadline, the next attempt ends at once with the right status and sends nothing.
    private async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (options.Deadline is { } deadline && deadline - channel.Clock.GetUtcNow().UtcDateTime is var rest && rest < delay)
        {
            delay = rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
        }

        try
        {
            await Task.Delay(delay, channel.Clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <returns>Milliseconds the server asks to wait; negative: do not try again; null: it says nothing.</returns>
    private static int? Pushback(CallEnd end) => end.Trailers.GetValue(GrpcHeaders.RetryPushback) is { } text
        ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var asked) ? asked : -1
        : null;
}
