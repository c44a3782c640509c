using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Connections;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed partial class HttpContextServerCallContext
{
    private bool _clientGone;
    private bool _awaitsSingle;

    /// <summary>What of the request is there, for <see cref="TryTakeSingle"/>.</summary>
    public ValueTask<ReadResult> ReadAsync()
    {
        _awaitsSingle = true;
        return _reader.ReadAsync(CancellationToken.None);
    }

    /// <summary>The one message of a unary or server-streaming request, and the end of the request after it.</summary>
    /// <returns>False when more has to be read.</returns>
    public bool TryTakeSingle<T>(in ReadResult result, Func<DeserializationContext, T> deserializer, ref T? message)
        where T : class
    {
        _awaitsSingle = false;
        var buffer = result.Buffer;
        ThrowIfInterrupted(result.IsCanceled, buffer);
        try
        {
            message ??= TryRead(ref buffer, deserializer);
            if (message is not null && !buffer.IsEmpty)
            {
                throw new RpcException(new(StatusCode.Internal, "Additional data after the message received."));
            }

            return result.IsCompleted
                && (message is not null ? true : throw new RpcException(new(StatusCode.Internal, "Incomplete message.")));
        }
        finally
        {
            Advance(buffer.Start, buffer.End);
        }
    }

    /// <returns>Null once the client has sent all its messages.</returns>
    public async ValueTask<T?> ReadStreamedAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            // The reader of a connection's next call may be this very object.
            if (HasFinished)
            {
                throw new InvalidOperationException("Can't read messages after the request is complete.");
            }

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
        ValueTask<ReadResult> read;
        try
        {
            read = _reader.ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or ConnectionAbortedException)
        {
            NoteClientGone();
            throw;
        }

        return read.IsCompletedSuccessfully ? read : AwaitAsync(read);

        async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending)
        {
            try
            {
                return await pending;
            }
            catch (Exception failure) when (IsDisconnect(failure))
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
        catch (Exception failure) when (IsDisconnect(failure))
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
        if (_life is not null)
        {
            Cancel(Source(_life));
        }
    }

    private static bool IsDisconnect(Exception failure) => failure is IOException or ConnectionAbortedException;

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
