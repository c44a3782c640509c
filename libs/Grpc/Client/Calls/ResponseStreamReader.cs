using Grpc.Core;

namespace Grpc.Net.Client.Calls;

internal sealed class ResponseStreamReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, Task<ResponseFrames> response)
    : IAsyncStreamReader<TResponse>
    where TRequest : class
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
            ResponseFrames frames;
            if (response.IsCompletedSuccessfully)
            {
                frames = response.Result;
            }
            else
            {
                await using var registration = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).CancelByCaller(), call);
                frames = await response;
            }

            _current = await call.ReadAsync(frames, cancellationToken);
            _ended = _current is null;
            if (_ended)
            {
                frames.Dispose();
            }

            return !_ended;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
