using System.Net.Http.Headers;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Calls;

/// <summary>
/// One call's life without its messages: cancellation by whoever may cancel it, its deadline, its headers, and the one status it ends with.
/// </summary>
internal abstract partial class ClientCall : IClientCall
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

#pragma warning disable CA2213 // Its token outlives the call in the hands of the HTTP handler; without a timer it holds nothing.
    private readonly CancellationTokenSource _cancellation = new();
#pragma warning restore CA2213
    private readonly CancellationToken _callerToken;
    private CancellationTokenRegistration _byCaller;
    private CancellationTokenRegistration _byParent;
    private CancellationTokenRegistration _byChannel;
    private ITimer? _timer;
    private CallEnd? _end;
    private object? _cancelReason; // a Status
    private HttpHeaders? _received;
    private TaskCompletionSource<Metadata>? _headers;

    protected ClientCall(ChannelCore channel, IMethod method, string? host, CallOptions options)
    {
        Channel = channel;
        Method = method;
        Host = host;
        Options = options;
        _callerToken = options.CancellationToken;
        Deadline = Earlier(Checked(options.Deadline), options.PropagationToken?.Deadline);
    }

    /// <summary>Made for the first who asks: few do.</summary>
    public Task<Metadata> HeadersAsync
    {
        get
        {
            if (Volatile.Read(ref _headers) is null)
            {
                Interlocked.CompareExchange(ref _headers, new(TaskCreationOptions.RunContinuationsAsynchronously), null);
            }

            SettleHeaders();
            return _headers!.Task;
        }
    }

    public CancellationToken Token => _cancellation.Token;

    /// <summary>How the call ended; null while it runs.</summary>
    public CallEnd? End => Volatile.Read(ref _end);

    /// <summary>The server has sent headers, so its handler has run: the call cannot be tried again.</summary>
    public bool IsCommitted { get; private set; }

    protected ChannelCore Channel { get; }

    protected IMethod Method { get; }

    protected string? Host { get; }

    protected CallOptions Options { get; }

    protected DateTime? Deadline { get; }

    public Status GetStatus() =>
        End?.Status ?? throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() =>
        End?.Trailers ?? throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void Dispose() => Cancel(new(StatusCode.Cancelled, "gRPC call disposed."));

    public void CancelByCaller() => Cancel(new(StatusCode.Cancelled, "Call canceled by the client."));

    /// <summary>Starts everything that may cancel the call; ends it at once when its deadline is past.</summary>
    protected void Watch()
    {
        if (_callerToken.CanBeCanceled)
        {
            _byCaller = _callerToken.UnsafeRegister(static call => ((ClientCall)call!).CancelByCaller(), this);
        }

        if (Options.PropagationToken is { Cancellation.CanBeCanceled: true } parent)
        {
            _byParent = parent.Cancellation.UnsafeRegister(static call => ((ClientCall)call!).CancelByCaller(), this);
        }

        _byChannel = Channel.Disposing.UnsafeRegister(static call => ((ClientCall)call!).Dispose(), this);
        if (Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            if (Remaining(deadline) <= TimeSpan.Zero)
            {
                Cancel(DeadlineExceeded);
                StopWatching();
                return;
            }

            _timer = Channel.Clock.CreateTimer(
                static call => ((ClientCall)call!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Arm(Remaining(deadline));
        }

        if (End is not null)
        {
            // It ended in one of the lines above, before the others had registered anything that could be taken back.
            StopWatching();
        }
    }

    protected TimeSpan Remaining(DateTime deadline) => deadline - Channel.Clock.GetUtcNow().UtcDateTime;

    protected void HeadersArrived(HttpResponseMessage response, bool commits)
    {
        IsCommitted = commits;
        Interlocked.Exchange(ref _received, response.Headers);
        SettleHeaders();
    }

    /// <summary>Ends the call; the first end counts.</summary>
    protected CallEnd Finish(CallEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is { } earlier)
        {
            return earlier;
        }

        StopWatching();
        OnEnd(end);
        SettleHeaders();
        if (end.Status.StatusCode != StatusCode.OK)
        {
            Log.Ended(Channel.Logger, Method.FullName, end.Status.StatusCode, end.Status.Detail);
        }

        return end;
    }

    protected virtual void OnEnd(CallEnd end)
    {
    }

    /// <summary>Ends the call for a failure on this side of it.</summary>
    protected CallEnd Finish(Exception failure) => Finish(EndOf(failure));

    /// <summary>How the call would end if the failure ended it.</summary>
    protected CallEnd EndOf(Exception failure) => failure is RpcException rpc
        ? new(rpc.Status, rpc.Trailers)
        : new(CancelReason ?? FailureStatus.Of(failure, Deadline is { } deadline && Remaining(deadline) <= TimeSpan.Zero), []);

    protected Exception ExceptionFor(CallEnd end)
    {
        if (Channel.ThrowsOnCancellation
            && (end.Status.StatusCode == StatusCode.Cancelled
                || (end.Status.StatusCode == StatusCode.DeadlineExceeded && CancelReason is not null)))
        {
            return new OperationCanceledException(
                end.Status.Detail, new RpcException(end.Status, end.Trailers), _callerToken.IsCancellationRequested ? _callerToken : Token);
        }

        return new RpcException(end.Status, end.Trailers);
    }

    private static Status DeadlineExceeded => new(StatusCode.DeadlineExceeded, "");

    private Status? CancelReason => (Status?)Volatile.Read(ref _cancelReason);

    private static DateTime? Checked(DateTime? deadline) =>
        deadline is not { } time || time.Kind == DateTimeKind.Utc || time == DateTime.MaxValue || time == DateTime.MinValue
            ? deadline
            : throw new InvalidOperationException(
                "Deadline must have a kind DateTimeKind.Utc or be equal to DateTime.MaxValue or DateTime.MinValue.");

    private static DateTime? Earlier(DateTime? one, DateTime? other) => one is null ? other : other is null || one < other ? one : other;

    private void StopWatching()
    {
        _timer?.Dispose();
        _byCaller.Unregister();
        _byParent.Unregister();
        _byChannel.Unregister();
    }

    /// <summary>Answers who asked for the headers, as soon as there are some, or the call has ended without.</summary>
    private void SettleHeaders()
    {
        // Whoever asks writes _headers and then reads the others; what arrives is written first and _headers read then: one of them sees both.
        if (Volatile.Read(ref _headers) is not { Task.IsCompleted: false } asked)
        {
            return;
        }

        if (Volatile.Read(ref _received) is { } received)
        {
            asked.TrySetResult(ResponseMetadata.Of(received));
        }
        else if (End is { Status.StatusCode: StatusCode.OK })
        {
            asked.TrySetResult([]);
        }
        else if (End is { } end && asked.TrySetException(ExceptionFor(end)))
        {
            // Nobody has to observe it: the call itself says the same.
            _ = asked.Task.Exception;
        }
    }

    private void OnTimer()
    {
        var rest = Remaining(Deadline!.Value);
        if (rest > TimeSpan.Zero)
        {
            Arm(rest);
            return;
        }

        Cancel(DeadlineExceeded);
    }

    private void Arm(TimeSpan rest)
    {
        var due = rest < LongestTimer ? rest : LongestTimer;
        _timer?.Change(due < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due, Timeout.InfiniteTimeSpan);
    }

    private void Cancel(Status reason)
    {
        if (End is not null || Interlocked.CompareExchange(ref _cancelReason, reason, null) is not null)
        {
            return;
        }

        try
        {
            _cancellation.Cancel();
        }
        catch (AggregateException failure)
        {
            // Of a callback that a caller's interceptor registered; on a timer's thread it would end the process.
            Log.CallbackFailed(Channel.Logger, Method.FullName, failure);
        }

        Finish(new CallEnd(reason, []));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The call {Method} ended with {StatusCode}: {Detail}")]
        public static partial void Ended(ILogger logger, string method, StatusCode statusCode, string detail);

        [LoggerMessage(LogLevel.Error, "A callback on the cancellation of {Method} has failed.")]
        public static partial void CallbackFailed(ILogger logger, string method, Exception failure);
    }
}
