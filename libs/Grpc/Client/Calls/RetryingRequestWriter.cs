namespace Grpc.Net.Client.Calls;

/// <summary>
/// Keeps what it is given, as far as the retry buffers allow, so that every attempt can be sent all of it from the first message on. Once
/// no further attempt can come it keeps nothing more, and messages go straight to the attempt's own writer.
/// </summary>
internal sealed class RetryingRequestWriter<TRequest>(IRequestCall<TRequest> call, RetryTable retries) : MessageWriter<TRequest>(call)
    where TRequest : class
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _kept = [];
    private long _keptBytes;

    // Null between two attempts.
    private MessageWriter<TRequest>? _attempt;
    private Exception? _broken;
    private bool _isFinal;
    private bool _isComplete;
    private bool _isReplayed;

    // One message at a time is being written, always the last one kept.
    private TaskCompletionSource? _sent;
    private TaskCompletionSource? _more;

    /// <summary>From here on this attempt is the one to write to; it is sent what is kept first.</summary>
    public void Attach(MessageWriter<TRequest> attempt)
    {
        lock (_gate)
        {
            _attempt = attempt;
            _broken = null;
            _isReplayed = false;
        }

        _ = ReplayAsync(attempt);
    }

    /// <returns>False: not everything is kept any more, so there can be no other attempt.</returns>
    public bool TryLeaveAttempt()
    {
        lock (_gate)
        {
            if (_isFinal)
            {
                return false;
            }

            // What it still does counts for nothing. A message it may have taken is kept, and goes out again: its writer need not wait for that.
            _attempt = null;
            _sent?.TrySetResult();
            return true;
        }
    }

    /// <summary>This attempt is the last.</summary>
    public void Settle()
    {
        lock (_gate)
        {
            MakeFinalUnderLock();
            if (Call.HasEnded)
            {
                // Also for a write that was let in just before and has not come this far.
                _broken ??= Call.WriteRefusal();
                _sent?.TrySetException(_broken);
                ForgetUnderLock();
            }
            else if (_isReplayed)
            {
                ForgetUnderLock();
            }
        }
    }

    public override Task SendAsync(ReadOnlyMemory<byte> frame, bool flush)
    {
        lock (_gate)
        {
            if (!_isFinal || !_isReplayed)
            {
                return KeepUnderLock(frame);
            }
        }

        return _attempt!.SendAsync(frame, flush);
    }

    public override void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            _more?.TrySetResult();
            if (_isFinal && _isReplayed)
            {
                _attempt!.Complete();
            }
        }
    }

    private Task KeepUnderLock(ReadOnlyMemory<byte> frame)
    {
        if (!_isFinal && retries.TryKeep(frame.Length, _keptBytes))
        {
            _keptBytes += frame.Length;
        }
        else
        {
            MakeFinalUnderLock();
        }

        if (_isFinal && _broken is not null)
        {
            return Task.FromException(_broken);
        }

        _kept.Add(frame.ToArray());
        _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _isReplayed = false;
        _more?.TrySetResult();
        return _sent.Task;
    }

    private async Task ReplayAsync(MessageWriter<TRequest> attempt)
    {
        try
        {
            for (var next = 0; ;)
            {
                byte[]? frame;
                Task? more;
                lock (_gate)
                {
                    (frame, more) = NextUnderLock(attempt, next);
                }

                if (frame is not null)
                {
                    await attempt.SendAsync(frame, flush: true).ConfigureAwait(false);
                    next++;
                }
                else if (more is not null)
                {
                    await more.ConfigureAwait(false);
                }
                else
                {
                    return;
                }
            }
        }
#pragma warning disable CA1031 // The attempt's status says what it was; only a message that no other attempt will take has somebody waiting.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Break(attempt, failure);
        }
    }

    /// <returns>What to send next, or what to wait for; neither when nothing is left to do.</returns>
    private (byte[]? Frame, Task? More) NextUnderLock(MessageWriter<TRequest> attempt, int next)
    {
        if (_attempt != attempt)
        {
            return default;
        }

        if (next < _kept.Count)
        {
            return (_kept[next], null);
        }

        _isReplayed = true;
        _sent?.TrySetResult();
        if (_isComplete)
        {
            attempt.Complete();
        }

        if (_isFinal)
        {
            ForgetUnderLock();
        }

        if (_isFinal || _isComplete)
        {
            return default;
        }

        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (null, _more.Task);
    }

    private void Break(MessageWriter<TRequest> attempt, Exception failure)
    {
        lock (_gate)
        {
            if (_attempt != attempt)
            {
                return;
            }

            _broken = failure;
            if (_isFinal)
            {
                _sent?.TrySetException(failure);
                ForgetUnderLock();
            }
        }
    }

    private void MakeFinalUnderLock()
    {
        _isFinal = true;
        _more?.TrySetResult();
        if (_broken is not null)
        {
            _sent?.TrySetException(_broken);
            ForgetUnderLock();
        }
    }

    private void ForgetUnderLock()
    {
        retries.Release(_keptBytes);
        _keptBytes = 0;
        _kept.Clear();
    }
}
