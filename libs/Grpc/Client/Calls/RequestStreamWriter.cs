using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

internal sealed class RequestStreamWriter<TRequest>(IRequestCall<TRequest> call, RequestStreamContent<TRequest> content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
{
    private int _writing;
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            call.CancelByCaller();
            return Task.FromCanceled(cancellationToken);
        }

        if (_completed)
        {
            return Task.FromException(new InvalidOperationException("Request stream has already been completed."));
        }

        if (call.HasEnded)
        {
            return Task.FromException(call.WriteRefusal());
        }

        return Interlocked.Exchange(ref _writing, 1) == 1
            ? Task.FromException(new InvalidOperationException("Can't write the message because the previous write is in progress."))
            : SendAsync(message, cancellationToken);
    }

    public Task CompleteAsync()
    {
        if (Volatile.Read(ref _writing) == 1)
        {
            return Task.FromException(
                new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress."));
        }

        _completed = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task SendAsync(TRequest message, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static call => ((IRequestCall<TRequest>)call!).CancelByCaller(), call);
        try
        {
            var stream = await content.ClaimAsync();
            using var buffer = new PooledBuffer();
            call.Encode(message, buffer, WriteOptions);
            content.MarkUsed();
            await stream.WriteAsync(buffer.Written, call.Token);
            if ((WriteOptions?.Flags & WriteFlags.BufferHint) != WriteFlags.BufferHint)
            {
                await stream.FlushAsync(call.Token);
            }
        }
        catch (Exception failure) when (failure is not RpcException { StatusCode: StatusCode.ResourceExhausted })
        {
            throw await call.WriteFailureAsync(failure);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
