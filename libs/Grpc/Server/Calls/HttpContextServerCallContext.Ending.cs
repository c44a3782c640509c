using System.Diagnostics;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// How a call ends: its handler returns or throws, its deadline passes, or the server stops. Exactly one of them writes the status.
/// Plain unary calls have only the first, and pay for nothing else.
/// </summary>
internal sealed partial class HttpContextServerCallContext
{
    private const int NoError = 0;
    private const int InternalError = 2;

    // Longest due time of a timer; later deadlines are reached in steps.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private static readonly Status Passed = new(StatusCode.DeadlineExceeded, "Deadline Exceeded");

    // Bits of _phase. They change together with _interruption and _completion under the lock; only a write that nothing interrupts
    // begins and ends without it.
    private const int Writing = 1;
    private const int Interrupted = 2;
    private const int Finished = 4;

    private Lock? _gate;
    private bool _interruptible;
    private int _phase;
    private Status? _interruption;
    private Task? _completion;
    private CancellationTokenSource? _source;
    private CancellationTokenRegistration _shutdown;
    private CancellationTokenRegistration _aborted;
    private ITimer? _deadlineTimer;

    /// <summary>Chooses the status for what the handler threw.</summary>
    public void Fail(Exception failure)
    {
        _clientGone |= _awaitsSingle && IsDisconnect(failure);
        if (_clientGone || _interruption is not null || http.RequestAborted.IsCancellationRequested)
        {
            _status = new(StatusCode.Cancelled, "The call was cancelled.");
            Log.FailedAfterEnd(services.Logger, MethodCore, failure);
            return;
        }

        if (failure is RpcException refused)
        {
            _status = refused.Status;
            if (refused.Trailers.Count > 0)
            {
                foreach (var entry in refused.Trailers)
                {
                    ResponseTrailersCore.Add(entry);
                }
            }

            Log.Refused(services.Logger, MethodCore, refused.StatusCode, refused.Status.Detail);
            return;
        }

        _status = new(
            StatusCode.Unknown,
            settings.DetailedErrors
                ? $"Exception was thrown by handler. {failure.GetType().Name}: {failure.Message}"
                : "Exception was thrown by handler.",
            failure);
        Log.Failed(services.Logger, MethodCore, failure);
    }

    public ValueTask EndAsync()
    {
        if (_interruptible)
        {
            return new(EndInterruptibleAsync());
        }

        WriteStatus(_status);
        return ValueTask.CompletedTask;
    }

    private void StartDeadline(TimeSpan timeout)
    {
        BecomeInterruptible();
        var now = services.Clock.GetUtcNow().UtcDateTime;
        _deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _deadlineTimer = services.Clock.CreateTimer(
            static state => ((HttpContextServerCallContext)state!).OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (timeout == TimeSpan.Zero)
        {
            Interrupt(Passed);
            throw new OperationCanceledException("The deadline was past when the call arrived.");
        }

        ArmDeadline(timeout);
    }

    private void ArmDeadline(TimeSpan rest) =>
        _deadlineTimer!.Change(rest < LongestTimer ? rest : LongestTimer, Timeout.InfiniteTimeSpan);

    private void OnDeadline()
    {
        var rest = _deadline - services.Clock.GetUtcNow().UtcDateTime;
        if (rest > TimeSpan.Zero)
        {
            // A timer may fire a little early, or in a step on the way to a far deadline.
            ArmDeadline(rest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : rest);
            return;
        }

        Log.DeadlinePassed(services.Logger, MethodCore);
        Interrupt(Passed);
    }

    private void FollowShutdown()
    {
        BecomeInterruptible();
        _shutdown = services.Shutdown.Token.UnsafeRegister(
            static state => ((HttpContextServerCallContext)state!).Interrupt(new(StatusCode.Unavailable, "The server is shutting down.")), this);
    }

    private void BecomeInterruptible()
    {
        _gate ??= new();
        _interruptible = true;
    }

    private void Interrupt(Status status)
    {
        CancellationTokenSource? source;
        lock (_gate!)
        {
            if ((Volatile.Read(ref _phase) & (Finished | Interrupted)) != 0)
            {
                return;
            }

            _interruption = status;
            Interlocked.Or(ref _phase, Interrupted);
            Wake(_reader.CancelPendingRead);
            Wake(_writer.CancelPendingFlush);
            CompleteIfInterruptedUnderLock();
            source = _source;
        }

        Cancel(source);
    }

    /// <summary>Kestrel throws the reset of a client that left meanwhile; what waited has then been woken by it.</summary>
    private void Wake(Action cancelPending)
    {
        try
        {
            cancelPending();
        }
#pragma warning disable CA1031 // On a timer's thread an exception would end the process.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.FailedAfterEnd(services.Logger, MethodCore, failure);
        }
    }

    private CancellationTokenSource Source()
    {
        if (_source is { } existing)
        {
            return existing;
        }

        lock (_gate!)
        {
            if (_source is { } meanwhile)
            {
                return meanwhile;
            }

            _source = new();
            if (_interruption is not null)
            {
                _source.Cancel();
            }
            else if ((Volatile.Read(ref _phase) & Finished) == 0)
            {
                _aborted = http.RequestAborted.UnsafeRegister(
                    static state => ((HttpContextServerCallContext)state!).Cancel(((HttpContextServerCallContext)state)._source), this);
            }

            return _source;
        }
    }

    // Without a write in progress the status can go at once: the client need not wait for the handler to notice.
    private void CompleteIfInterruptedUnderLock()
    {
        Debug.Assert(_gate!.IsHeldByCurrentThread);
        if (_interruption is { } status && (Volatile.Read(ref _phase) & (Writing | Finished)) == 0 && _completion is null)
        {
            _completion = CompleteAsync(status);
        }
    }

    private async Task CompleteAsync(Status status)
    {
        try
        {
            WriteStatus(status);
            await http.Response.CompleteAsync();
            if (StreamsRequests)
            {
                // Stops a client that would go on sending to a handler that may not read any more.
                http.Features.Get<IHttpResetFeature>()?.Reset(NoError);
            }
        }
#pragma warning disable CA1031 // The client may be gone; there is nobody left to tell.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.FailedAfterEnd(services.Logger, MethodCore, failure);
        }
    }

    private async Task EndInterruptibleAsync()
    {
        Task? pending;
        lock (_gate!)
        {
            pending = (Volatile.Read(ref _phase) & Writing) != 0 ? _pendingFlush : null;
        }

        if (pending is not null)
        {
            await ((Task)pending.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        }

        Task? completion;
        lock (_gate)
        {
            Interlocked.Or(ref _phase, Finished);
            completion = _completion;
            if (completion is null)
            {
                WriteStatus(_interruption ?? _status);
            }
        }

        if (_deadlineTimer is not null)
        {
            await _deadlineTimer.DisposeAsync();
        }

        await _shutdown.DisposeAsync();
        if (completion is not null)
        {
            await completion;
        }

        // The source itself is not disposed of: code that outlives its call may still hold the token.
        _aborted.Unregister();
    }

    private void Cancel(CancellationTokenSource? source)
    {
        try
        {
            source?.Cancel();
        }
        catch (AggregateException failure)
        {
            Log.FailedAfterEnd(services.Logger, MethodCore, failure);
        }
    }

    private void WriteStatus(Status status)
    {
        if (_corrupt)
        {
            if (http.Features.Get<IHttpResetFeature>() is { } reset)
            {
                reset.Reset(InternalError);
            }
            else
            {
                http.Abort();
            }

            return;
        }

        // Before the first byte the status goes into the headers ("trailers-only").
        var target = _bodyWritten || http.Response.HasStarted
            ? http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers
            : http.Response.Headers;
        if (target is null)
        {
            return;
        }

        if (_responseTrailers is { Count: > 0 } trailers)
        {
            foreach (var entry in trailers)
            {
                target.Append(entry.Key, MetadataWire.Encode(entry));
            }
        }

        Answers.Write(target, status);
        if (_isTraced && http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag("grpc.method", MethodCore);
            activity.SetTag("grpc.status_code", GrpcHeaders.StatusText((int)status.StatusCode));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Method} was refused with {StatusCode}: {Detail}")]
        public static partial void Refused(ILogger logger, string method, StatusCode statusCode, string detail);

        [LoggerMessage(LogLevel.Error, "Error when executing service method {Method}.")]
        public static partial void Failed(ILogger logger, string method, Exception failure);

        [LoggerMessage(LogLevel.Debug, "{Method} failed after the call had ended.")]
        public static partial void FailedAfterEnd(ILogger logger, string method, Exception failure);

        [LoggerMessage(LogLevel.Debug, "The deadline of {Method} has passed.")]
        public static partial void DeadlinePassed(ILogger logger, string method);
    }
}
