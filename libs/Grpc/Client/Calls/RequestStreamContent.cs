using System.Net;

namespace Grpc.Net.Client.Calls;

/// <summary>Hands the request's stream to whoever writes messages, and ends the request when told to.</summary>
internal sealed class RequestStreamContent<T> : HttpContent
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _used;

    /// <summary>The stream to write to; claims it, so that the request cannot start a second time.</summary>
    public Task<Stream> ClaimAsync()
    {
        lock (_gate)
        {
            return _stream.Task;
        }
    }

    public void MarkUsed()
    {
        lock (_gate)
        {
            _used = true;
        }
    }

    /// <summary>No further message follows.</summary>
    public void Complete() => _complete.TrySetResult();

    /// <summary>The call has ended: whoever waits for the stream waits in vain.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stream.TrySetCanceled();
        }

        _complete.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            // The first flush sends the headers: the server may answer before the first message.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            Offer(stream);
        }
        catch (OperationCanceledException)
        {
            // As below.
        }

        // Not until the token fires: it does when the server refuses the stream, and a body that fails keeps the handler from sending the
        // request again. The call's end completes this too.
        await _complete.Task.ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }

    private void Offer(Stream stream)
    {
        lock (_gate)
        {
            if (_used)
            {
                throw new HttpRequestException("A stream of requests cannot be sent again on another connection.");
            }

            if (!_stream.TrySetResult(stream))
            {
                _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _stream.SetResult(stream);
            }
        }
    }
}
