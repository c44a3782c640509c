using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed partial class HttpContextServerCallContext
{
    private bool _bodyWritten;
    private bool _corrupt;

    /// <summary>Not flushed: headers, message and trailers leave together.</summary>
    public void WriteSingle<T>(T? message, Action<T, SerializationContext> serializer)
        where T : class
    {
        if (message is null)
        {
            throw new RpcException(new(StatusCode.Cancelled, "No message returned from method."));
        }

        if (BeginWrite() is not null)
        {
            return;
        }

        var encoder = MessageEncoder.Rent(_writer, settings.ResponseCompressionLevel, settings.MaxSendMessageSize);
        try
        {
            encoder.Start(Compressor());
            serializer(message, encoder);
            encoder.Finish();
            _bodyWritten = true;
        }
        catch
        {
            _corrupt |= encoder.IsTorn;
            throw;
        }
        finally
        {
            MessageEncoder.Return(encoder);
            EndWrite();
        }
    }

    /// <summary>Claims the stream for one message, until <see cref="SendMessageAsync"/> or <see cref="AbandonMessage"/>.</summary>
    /// <returns>Takes the message; null with the reason why nothing can be written now.</returns>
    public MessageEncoder? BeginMessage(out Exception? refusal)
    {
        refusal = BeginWrite();
        if (refusal is not null)
        {
            return null;
        }

        var encoder = _life!.Encoder ??= new(_writer, settings.ResponseCompressionLevel, settings.MaxSendMessageSize);
        encoder.Start(Compressor());
        return encoder;
    }

    public void AbandonMessage()
    {
        var encoder = _life!.Encoder!;
        _corrupt |= encoder.IsTorn;
        encoder.Abandon();
        EndWrite();
    }

    public Task SendMessageAsync(CancellationToken cancellationToken)
    {
        _bodyWritten = true;
        if ((WriteOptions?.Flags & WriteFlags.BufferHint) == WriteFlags.BufferHint)
        {
            EndWrite();
            return Task.CompletedTask;
        }

        return FlushAsync(cancellationToken);
    }

    /// <summary>Gives the stream back once what was written is on its way.</summary>
    private Task FlushAsync(CancellationToken cancellationToken)
    {
        // Without the token: Kestrel would reset the stream when it fires, and the status would be lost.
        var flush = _writer.FlushAsync(CancellationToken.None);
        if (!flush.IsCompletedSuccessfully)
        {
            return Pending(AwaitAsync(flush, cancellationToken));
        }

        var result = flush.Result;
        if (result.IsCanceled)
        {
            return Pending(AwaitAsync(new(result), cancellationToken));
        }

        EndWrite();
        return result.IsCompleted ? Task.FromException(GoneSinceFlush()) : Task.CompletedTask;
    }

    private Task Pending(Task flush)
    {
        _life?.PendingFlush = flush;
        return flush;
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        try
        {
            await using var registration = cancellationToken.UnsafeRegister(
                static call => ((HttpContextServerCallContext)call!).WakeWriter(), this);
            for (var result = await flush; ; result = await _writer.FlushAsync(CancellationToken.None))
            {
                if (result.IsCompleted || _life?.Interruption is not null)
                {
                    throw GoneSinceFlush();
                }

                if (!result.IsCanceled)
                {
                    return;
                }

                // Else it was meant for a flush that had ended just before.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            EndWrite();
        }
    }

    private void WakeWriter() => Wake(_writer.CancelPendingFlush);

    private ICompressionProvider? Compressor() =>
        _responseCompression is not null && (WriteOptions?.Flags & WriteFlags.NoCompress) != WriteFlags.NoCompress ? _responseCompression : null;

    /// <returns>Why nothing can be written now; null when the caller holds the stream until <see cref="EndWrite"/>.</returns>
    private Exception? BeginWrite()
    {
        if (_life is not { } life)
        {
            return null;
        }

        if (Interlocked.Exchange(ref life.Writing, 1) == 1)
        {
            return WriteRefusal(life) ?? new InvalidOperationException("Can't write the message because the previous write is in progress.");
        }

        if (WriteRefusal(life) is { } refusal)
        {
            EndWrite();
            return refusal;
        }

        if (_corrupt)
        {
            EndWrite();
            return new InvalidOperationException("Can't write the message because only a part of an earlier one could be written.");
        }

        if (!life.RequestAborted.CanBeCanceled)
        {
            life.RequestAborted = http.RequestAborted;
        }

        if (life.RequestAborted.IsCancellationRequested)
        {
            EndWrite();
            return Gone();
        }

        return null;
    }

    private void EndWrite()
    {
        if (_life is not { } life)
        {
            return;
        }

        Volatile.Write(ref life.Writing, 0);
        if (Volatile.Read(ref life.Ending) != 0)
        {
            lock (life.Gate)
            {
                CompleteIfInterruptedUnderLock(life);
            }
        }
    }

    private Exception? WriteRefusal(Interruptible life)
    {
        var ending = Volatile.Read(ref life.Ending);
        return ending == 0 ? null
            : (ending & Interruptible.Finished) != 0 ? new InvalidOperationException("Can't write the message because the request is complete.")
            : Gone();
    }

    private OperationCanceledException GoneSinceFlush()
    {
        // Nobody on this side has ended the call, so the client has: a flush tells before the request's token does.
        if (_life?.Interruption is null)
        {
            NoteClientGone();
        }

        return Gone();
    }

    private OperationCanceledException Gone() => new("The call has ended.", CancellationTokenCore);
}
