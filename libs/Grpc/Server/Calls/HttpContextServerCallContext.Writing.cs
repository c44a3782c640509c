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

        var flush = _writer.FlushAsync(cancellationToken);
        if (!flush.IsCompletedSuccessfully)
        {
            return _life!.PendingFlush = AwaitAsync(flush);
        }

        var result = flush.Result;
        EndWrite();
        return result.IsCanceled || result.IsCompleted ? Task.FromException(GoneSinceFlush()) : Task.CompletedTask;
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            var result = await flush;
            if (result.IsCanceled || result.IsCompleted)
            {
                throw GoneSinceFlush();
            }
        }
        finally
        {
            EndWrite();
        }
    }

    private ICompressionProvider? Compressor() =>
        _responseCompression is not null && (WriteOptions?.Flags & WriteFlags.NoCompress) != WriteFlags.NoCompress ? _responseCompression : null;

    /// <returns>Why nothing can be written now; null when the caller holds the stream until <see cref="EndWrite"/>.</returns>
    private Exception? BeginWrite()
    {
        if (_life is not { } life)
        {
            return null;
        }

        var phase = Interlocked.CompareExchange(ref life.Phase, Interruptible.Writing, 0);
        if (phase != 0)
        {
            return (phase & Interruptible.Finished) != 0 ? new InvalidOperationException("Can't write the message because the request is complete.")
                : (phase & Interruptible.Interrupted) != 0 ? Gone()
                : new InvalidOperationException("Can't write the message because the previous write is in progress.");
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
        if (_life is not { } life || Interlocked.CompareExchange(ref life.Phase, 0, Interruptible.Writing) == Interruptible.Writing)
        {
            return;
        }

        lock (life.Gate)
        {
            Interlocked.And(ref life.Phase, ~Interruptible.Writing);
            CompleteIfInterruptedUnderLock(life);
        }
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
