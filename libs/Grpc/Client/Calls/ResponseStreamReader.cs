using Grpc.Core;

namespace Grpc.Net.Client.Calls;

internal sealed class ResponseStreamReader<TResponse>(IClientCall call, Task<OpenResponse<TResponse>> response) : IAsyncStreamReader<TResponse>
    where TResponse : class
{
    // Nobody need read: the call has the status as well.
    private readonly Task<OpenResponse<TResponse>> _response = Observed.Of(response);

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
            var open = _response.IsCompletedSuccessfully ? _response.Result : await OpenAsync(cancellationToken).ConfigureAwait(false);
            _current = await open.NextAsync(cancellationToken).ConfigureAwait(false);
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
        var registration = cancellationToken.UnsafeRegister(static call => ((IClientCall)call!).CancelByCaller(), call);
        try
        {
            return await _response.ConfigureAwait(false);
        }
        finally
        {
            registration.Unregister();
        }
    }
}
