using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed partial class HttpContextServerCallContext
{
    private bool _bodyWritten;
    private bool _corrupt;
    private CancellationToken? _requestAborted;
    private Task? _pendingFlush;

    /// <summary>Not flushed: headers, message and trailers leave together.</summary>
    public void WriteSingle<T>(T? message, Action<T, SerializationContext> serializer)
        where T : class
    {
        if (message is null)
        {
            throw new RpcException(new(StatusCode.Cancelled, "No message returned from method."));
        }

        if (BeginWrite() is null)
        {
            try
            {
                WriteFrame(message, serializer);
            }
            finally
            {
                EndWrite();
            }
        }
    }

    public Task WriteStreamedAsync<T>(T message, Action<T, SerializationContext> serializer, CancellationToken cancellationToken)
        where T : class
    {
        if (BeginWrite() is { } refusal)
        {
            return Task.FromException(refusal);
        }

        try
        {
            WriteFrame(message, serializer);
            if ((WriteOptions?.Flags & WriteFlags.BufferHint) == WriteFlags.BufferHint)
            {
                EndWrite();
                return Task.CompletedTask;
            }
        }
#pragma warning disable CA1031 // The failure goes to the writer as its task.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            EndWrite();
            return Task.FromException(failure);
        }

        var flush = _writer.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return _pendingFlush = AwaitAsync(flush);
        }

        var result = flush.Result;
        EndWrite();
        return result.IsCanceled || result.IsCompleted ? Task.FromException(Gone()) : Task.CompletedTask;
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            var result = await flush;
            if (result.IsCanceled || result.IsCompleted)
            {
                throw Gone();
            }
        }
        finally
        {
            EndWrite();
        }
    }

    private void WriteFrame<T>(T message, Action<T, SerializationContext> serializer)
        where T : class
    {
        var compress = (WriteOptions?.Flags & WriteFlags.NoCompress) != WriteFlags.NoCompress;
        try
        {
            MessageEncoder.Encode(
                message,
                serializer,
                _writer,
                compress ? _responseCompression : null,
                settings.ResponseCompressionLevel,
                settings.MaxSendMessageSize);
            _bodyWritten = true;
        }
        catch (Exception failure) when (failure is not RpcException)
        {
            // Half a frame may stand in the pipe already: the stream can only be reset.
            _corrupt = true;
            throw;
        }
    }

    /// <returns>Why nothing can be written now; null when the caller holds the stream until <see cref="EndWrite"/>.</returns>
    private Exception? BeginWrite()
    {
        if (!_interruptible)
        {
            return null;
        }

        var phase = Interlocked.CompareExchange(ref _phase, Writing, 0);
        if (phase != 0)
        {
            return (phase & Finished) != 0 ? new InvalidOperationException("Can't write the message because the request is complete.")
                : (phase & Interrupted) != 0 ? Gone()
                : new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        // Asked once: Kestrel takes a lock for each question.
        _requestAborted ??= http.RequestAborted;
        if (_requestAborted.Value.IsCancellationRequested)
        {
            EndWrite();
            return Gone();
        }

        return null;
    }

    private void EndWrite()
    {
        if (!_interruptible || Interlocked.CompareExchange(ref _phase, 0, Writing) == Writing)
        {
            return;
        }

        lock (_gate!)
        {
            Interlocked.And(ref _phase, ~Writing);
            CompleteIfInterruptedUnderLock();
        }
    }

    private OperationCanceledException Gone() => new("The call has ended.", CancellationTokenCore);
}
