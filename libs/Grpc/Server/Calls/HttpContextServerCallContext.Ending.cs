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

    // Null for a plain unary call.
    private Interruptible? _life;

    /// <summary>The handler has returned, or thrown.</summary>
    private bool HasFinished => _life is { } life && (Volatile.Read(ref life.Ending) & Interruptible.Finished) != 0;

    /// <summary>Chooses the status for what the handler threw.</summary>
    public void Fail(Exception failure)
    {
        _clientGone |= _awaitsSingle && IsDisconnect(failure);
        if (_clientGone || _life?.Interruption is not null || http.RequestAborted.IsCancellationRequested)
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
        if (_life is not null)
        {
            return new(EndInterruptibleAsync(_life));
        }

        WriteStatus(_status, _responseTrailers);
        return ValueTask.CompletedTask;
    }

    private void StartDeadline(TimeSpan timeout)
    {
        _life ??= new();
        var now = services.Clock.GetUtcNow().UtcDateTime;
        _deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _life.DeadlineTimer = services.Clock.CreateTimer(
            static state => ((HttpContextServerCallContext)state!).OnDeadline(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (timeout == TimeSpan.Zero)
        {
            Interrupt(Passed);
            throw new OperationCanceledException("The deadline was past when the call arrived.");
        }

        ArmDeadline(timeout);
    }

    private void ArmDeadline(TimeSpan rest) =>
        _life!.DeadlineTimer!.Change(rest < LongestTimer ? rest : LongestTimer, Timeout.InfiniteTimeSpan);

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
        _life ??= new();
        _life.Shutdown = services.Shutdown.Token.UnsafeRegister(
            static state => ((HttpContextServerCallContext)state!).Interrupt(new(StatusCode.Unavailable, "The server is shutting down.")), this);
    }

    private void Interrupt(Status status)
    {
        var life = _life!;
        CancellationTokenSource? source;
        lock (life.Gate)
        {
            if (life.Ending != 0)
            {
                return;
            }

            life.Interruption = status;
            Volatile.Write(ref life.Ending, Interruptible.Interrupted);

            // From here on either this thread sees that a write has ended, or that write's end sees the interruption.
            Interlocked.MemoryBarrierProcessWide();
            Wake(_reader.CancelPendingRead);
            WakeWriter();
            CompleteIfInterruptedUnderLock(life);
            source = life.Source;
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

    private CancellationTokenSource Source(Interruptible life)
    {
        if (life.Source is { } existing)
        {
            return existing;
        }

        lock (life.Gate)
        {
            if (life.Source is { } meanwhile)
            {
                return meanwhile;
            }

            life.Source = new();
            if (life.Interruption is not null)
            {
                life.Source.Cancel();
            }
            else if ((life.Ending & Interruptible.Finished) == 0)
            {
                life.Aborted = http.RequestAborted.UnsafeRegister(
                    static state => ((HttpContextServerCallContext)state!).Cancel(((HttpContextServerCallContext)state)._life!.Source), this);
            }

            return life.Source;
        }
    }

    // Without a write in progress the status can go at once: the client need not wait for the handler to notice.
    private void CompleteIfInterruptedUnderLock(Interruptible life)
    {
        Debug.Assert(life.Gate.IsHeldByCurrentThread);
        if (life.Interruption is { } status && (life.Ending & Interruptible.Finished) == 0 && Volatile.Read(ref life.Writing) == 0 && life.Completion is null)
        {
            life.Completion = CompleteAsync(status);
        }
    }

    private async Task CompleteAsync(Status status)
    {
        try
        {
            // The handler may be adding trailers now.
            WriteStatus(status, trailers: null);
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

    private async Task EndInterruptibleAsync(Interruptible life)
    {
        Task? pending;
        lock (life.Gate)
        {
            pending = Volatile.Read(ref life.Writing) == 1 ? life.PendingFlush : null;
        }

        if (pending is not null)
        {
            await ((Task)pending.ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        }

        try
        {
            Task? completion;
            lock (life.Gate)
            {
                life.Ending |= Interruptible.Finished;
                completion = life.Completion;
                if (completion is null)
                {
                    WriteStatus(life.Interruption ?? _status, life.Interruption is null ? _responseTrailers : null);
                }
            }

            await (completion ?? Task.CompletedTask);
        }
        finally
        {
            if (life.DeadlineTimer is not null)
            {
                await life.DeadlineTimer.DisposeAsync();
            }

            await life.Shutdown.DisposeAsync();

            // The source itself is not disposed of: code that outlives its call may still hold the token.
            life.Aborted.Unregister();
        }
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

    private void WriteStatus(Status status, Metadata? trailers)
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

        if (trailers is { Count: > 0 } && AddTrailers(target, trailers) is { } lost && status.StatusCode == StatusCode.OK)
        {
            status = new(StatusCode.Internal, $"The value of trailer '{lost}' holds characters other than printable ASCII.");
        }

        Answers.Write(target, status);
        if (_isTraced && http.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.SetTag("grpc.method", MethodCore);
            activity.SetTag("grpc.status_code", GrpcHeaders.StatusText((int)status.StatusCode));
        }
    }

    /// <returns>The key of one that had to be left out.</returns>
    private string? AddTrailers(IHeaderDictionary target, Metadata trailers)
    {
        string? lost = null;
        foreach (var entry in trailers)
        {
            if (MetadataWire.IsSendable(entry))
            {
                target.Append(entry.Key, MetadataWire.Encode(entry));
                continue;
            }

            lost = entry.Key;
            Log.TrailerNotSendable(services.Logger, MethodCore, lost);
        }

        return lost;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Method} was refused with {StatusCode}: {Detail}")]
        public static partial void Refused(ILogger logger, string method, StatusCode statusCode, string detail);

        [LoggerMessage(LogLevel.Error, "Error when executing service method {Method}.")]
        public static partial void Failed(ILogger logger, string method, Exception failure);

        [LoggerMessage(LogLevel.Error, "{Method} left out its trailer '{Key}': the value holds characters other than printable ASCII.")]
        public static partial void TrailerNotSendable(ILogger logger, string method, string key);

        [LoggerMessage(LogLevel.Debug, "{Method} failed after the call had ended.")]
        public static partial void FailedAfterEnd(ILogger logger, string method, Exception failure);

        [LoggerMessage(LogLevel.Debug, "The deadline of {Method} has passed.")]
        public static partial void DeadlinePassed(ILogger logger, string method);
    }
}
