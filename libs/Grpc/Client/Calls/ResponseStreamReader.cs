using Grpc.Core;

namespace Grpc.Net.Client.Calls;

internal sealed class ResponseStreamReader<TResponse>(IClientCall call, Task<OpenResponse<TResponse>> response) : IAsyncStreamReader<TResponse>
    where TResponse : class
{
    private TResponse? _current;
    private bool _ended;
    private int _reading;

    public TResponse Current => _current ?? throw new InvalidOperationException("No current element is available.");

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return Task.FromResult(false);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            call.CancelByCaller();
        }

        return Interlocked.Exchange(ref _reading, 1) == 1
            ? Task.FromException<bool>(
                new InvalidOperationException("Can't read the next message because the previous read is still in progress."))
            : NextAsync(cancellationToken);
    }

    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            _current = null;
            var open = response.IsCompletedSuccessfully ? response.Result : await OpenAsync(cancellationToken);
            _current = await open.NextAsync(cancellationToken);
            if (_current is null)
            {
                _ended = true;
                open.Lifetime.Dispose();
            }

            return !_ended;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    private async Task<OpenResponse<TResponse>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static call => ((IClientCall)call!).CancelByCaller(), call);
        return await response;
    }
}
