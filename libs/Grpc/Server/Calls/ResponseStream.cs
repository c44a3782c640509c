using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class ResponseStream<T>(HttpContextServerCallContext call, Action<T, SerializationContext> serializer) : IServerStreamWriter<T>
    where T : class
{
    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellationToken);
        }

        if (call.BeginMessage(out var refusal) is not { } encoder)
        {
            return Task.FromException(refusal!);
        }

        try
        {
            serializer(message, encoder);
            encoder.Finish();
        }
#pragma warning disable CA1031 // The failure goes to the writer as its task.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            call.AbandonMessage();
            return Task.FromException(failure);
        }

        return call.SendMessageAsync(cancellationToken);
    }
}
