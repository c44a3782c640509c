using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>What every writer of requests checks and says; where the frames go is another's matter.</summary>
internal abstract class MessageWriter<TRequest>(IRequestCall<TRequest> call) : IClientStreamWriter<TRequest>
    where TRequest : class
{
    private int _writing;
    private bool _completed;

    public WriteOptions? WriteOptions { get; set; }

    protected IRequestCall<TRequest> Call { get; } = call;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            Call.CancelByCaller();
            return Task.FromCanceled(cancellationToken);
        }

        if (_completed)
        {
            return Task.FromException(new InvalidOperationException("Request stream has already been completed."));
        }

        if (Call.HasEnded)
        {
            return Task.FromException(Call.WriteRefusal());
        }

        return Interlocked.Exchange(ref _writing, 1) == 1
            ? Task.FromException(new InvalidOperationException("Can't write the message because the previous write is in progress."))
            : EncodeAndSendAsync(message, cancellationToken);
    }

    public Task CompleteAsync()
    {
        if (Volatile.Read(ref _writing) == 1)
        {
            return Task.FromException(
                new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress."));
        }

        _completed = true;
        Complete();
        return Task.CompletedTask;
    }

    /// <param name="frame">One framed message; it is gone when the task has ended.</param>
    /// <param name="flush">False leaves it to the next message to push it out.</param>
    public abstract Task SendAsync(ReadOnlyMemory<byte> frame, bool flush);

    /// <summary>No message follows those sent.</summary>
    public abstract void Complete();

    private async Task EncodeAndSendAsync(TRequest message, CancellationToken cancellationToken)
    {
        var registration = cancellationToken.UnsafeRegister(static call => ((IRequestCall<TRequest>)call!).CancelByCaller(), Call);
        try
        {
            using var buffer = new PooledBuffer();

            // What this throws is the caller's own: nothing has been sent, and the stream goes on.
            Call.Encode(message, buffer, WriteOptions);
            await SendOrExplainAsync(buffer.Written).ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
            Volatile.Write(ref _writing, 0);
        }
    }

    private async Task SendOrExplainAsync(ReadOnlyMemory<byte> frame)
    {
        try
        {
            await SendAsync(frame, (WriteOptions?.Flags & WriteFlags.BufferHint) != WriteFlags.BufferHint).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw await Call.WriteFailureAsync(failure).ConfigureAwait(false);
        }
    }
}
