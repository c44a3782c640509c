using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class RequestStream<T>(HttpContextServerCallContext call, Func<DeserializationContext, T> deserializer) : IAsyncStreamReader<T>
    where T : class
{
    private static readonly Task<bool> Yes = Task.FromResult(true);
    private static readonly Task<bool> No = Task.FromResult(false);

    private T? _current;
    private bool _ended;
    private int _reading;

    public T Current => _current ?? throw new InvalidOperationException("No current element is available.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        if (_ended)
        {
            return No;
        }

        if (Interlocked.Exchange(ref _reading, 1) == 1)
        {
            return Task.FromException<bool>(
                new InvalidOperationException("Can't read the next message because the previous read is still in progress."));
        }

        var next = call.ReadStreamedAsync(deserializer, cancellationToken);
        return next.IsCompletedSuccessfully ? (Take(next.Result) ? Yes : No) : AwaitAsync(next);
    }

    private async Task<bool> AwaitAsync(ValueTask<T?> next)
    {
        try
        {
            return Take(await next);
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    private bool Take(T? message)
    {
        _current = message;
        _ended = message is null;
        Volatile.Write(ref _reading, 0);
        return !_ended;
    }
}
