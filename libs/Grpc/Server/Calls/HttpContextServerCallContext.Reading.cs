using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Connections;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed partial class HttpContextServerCallContext
{
    private bool _clientGone;

    /// <summary>The one message of a unary or server-streaming request, and the end of the request after it.</summary>
    public async ValueTask<T> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer)
        where T : class
    {
        T? message = null;
        while (true)
        {
            var result = await ReadAsync(CancellationToken.None);
            var buffer = result.Buffer;
            ThrowIfInterrupted(result.IsCanceled, buffer);
            try
            {
                if (message is null)
                {
                    message = TryRead(ref buffer, deserializer);
                }

                if (message is not null && !buffer.IsEmpty)
                {
                    throw new RpcException(new(StatusCode.Internal, "Additional data after the message received."));
                }

                if (result.IsCompleted)
                {
                    return message ?? throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
                }
            }
            finally
            {
                Advance(buffer.Start, buffer.End);
            }
        }
    }

    /// <returns>Null once the client has sent all its messages.</returns>
    public async ValueTask<T?> ReadStreamedAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            ThrowIfInterrupted(result.IsCanceled, buffer);
            var examined = buffer.End;
            try
            {
                var message = TryRead(ref buffer, deserializer);
                if (message is not null)
                {
                    examined = buffer.Start;
                    return message;
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw new RpcException(new(StatusCode.Internal, "Incomplete message."));
                }
            }
            finally
            {
                Advance(buffer.Start, examined);
            }
        }
    }

    private ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        var read = _reader.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? read : AwaitAsync(read);

        async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending)
        {
            try
            {
                return await pending;
            }
            catch (Exception failure) when (failure is IOException or ConnectionAbortedException)
            {
                NoteClientGone();
                throw;
            }
        }
    }

    private void Advance(SequencePosition consumed, SequencePosition examined)
    {
        try
        {
            _reader.AdvanceTo(consumed, examined);
        }
        catch (Exception failure) when (failure is IOException or ConnectionAbortedException)
        {
            // The client reset its stream since the read.
            NoteClientGone();
            throw;
        }
    }

    /// <summary>Kestrel says so here a moment before the request's token fires; who sees the exception shall see the token fired.</summary>
    private void NoteClientGone()
    {
        _clientGone = true;
        if (_interruptible)
        {
            Cancel(Source());
        }
    }

    private T? TryRead<T>(ref ReadOnlySequence<byte> buffer, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        if (!FrameHeader.TryRead(buffer, settings.MaxReceiveMessageSize, out var length, out var compressed)
            || buffer.Length - FrameHeader.Size < length)
        {
            return null;
        }

        if (compressed && _requestCompression is null)
        {
            throw new RpcException(new(StatusCode.Internal, "Request did not include grpc-encoding value with compressed message."));
        }

        var payload = buffer.Slice(FrameHeader.Size, length);
        var message = MessageDecoder.Decode(
            deserializer, payload, compressed ? _requestCompression : null, settings.MaxReceiveMessageSize);
        buffer = buffer.Slice(payload.End);
        return message;
    }

    private void ThrowIfInterrupted(bool cancelled, in ReadOnlySequence<byte> buffer)
    {
        if (cancelled)
        {
            Advance(buffer.Start, buffer.Start);
            throw new OperationCanceledException("The call has ended.", CancellationTokenCore);
        }
    }
}
