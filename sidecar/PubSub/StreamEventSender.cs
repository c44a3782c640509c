using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using Status = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Sends events down a stream and waits for their acknowledgements, which may come in any order.</summary>
internal sealed class StreamEventSender(IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> stream) : IEventSender, IDisposable
{
    private const string Path = "/";

    private readonly Lock _gate = new();

#pragma warning disable CA2213 // A write under way may still release it after the end; without a wait handle there is nothing to free.
    private readonly SemaphoreSlim _writing = new(1, 1);
#pragma warning restore CA2213

    // Two events on their way may have one id; the older is acknowledged first.
    private readonly Dictionary<string, LinkedList<TaskCompletionSource<Status>>> _pending = new(StringComparer.Ordinal);
    private bool _isEnded;

    /// <summary>Some event was sent and not yet acknowledged.</summary>
    public bool HasPending
    {
        get
        {
            lock (_gate)
            {
                return _pending.Values.Any(p => p.Count > 0);
            }
        }
    }

    /// <summary>Nothing else may be written before this.</summary>
    public Task OpenAsync(CancellationToken cancellationToken) =>
        WriteAsync(new SubscribeTopicEventsResponseAlpha1 { InitialResponse = new SubscribeTopicEventsResponseInitialAlpha1() }, cancellationToken);

    public async Task<DeliveryResult> SendAsync(
        ReceivedEvent received, AppSubscription subscription, string path, string? traceParent, CancellationToken cancellationToken)
    {
        if (TopicEvents.ToRequest(received, subscription, Path) is not { } request)
        {
            return DeliveryResult.Failed;
        }

        var pending = Expect(request.Id);
        try
        {
            await WriteAsync(new SubscribeTopicEventsResponseAlpha1 { EventMessage = request }, cancellationToken);
            return await pending.Task.WaitAsync(cancellationToken) switch
            {
                Status.Success => DeliveryResult.Handled,
                Status.Drop => DeliveryResult.Dropped,
                _ => DeliveryResult.Failed,
            };
        }
        finally
        {
            Forget(request.Id, pending);
        }
    }

    /// <summary>An id that nobody waits for is ignored.</summary>
    public void Acknowledge(string id, Status status)
    {
        lock (_gate)
        {
            if (_pending.TryGetValue(id, out var waiting) && waiting.First is { } oldest)
            {
                waiting.RemoveFirst();
                oldest.Value.TrySetResult(status);
            }
        }
    }

    /// <summary>What waits for an acknowledgement will not get one; the broker keeps it if it can.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
            foreach (var pending in _pending.Values.SelectMany(p => p))
            {
                pending.TrySetCanceled();
            }
        }
    }

    private TaskCompletionSource<Status> Expect(string id)
    {
        var pending = new TaskCompletionSource<Status>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isEnded)
            {
                throw new OperationCanceledException("stream closed");
            }

            if (!_pending.TryGetValue(id, out var waiting))
            {
                _pending[id] = waiting = [];
            }

            waiting.AddLast(pending);
        }

        return pending;
    }

    private void Forget(string id, TaskCompletionSource<Status> pending)
    {
        lock (_gate)
        {
            if (_pending.TryGetValue(id, out var waiting))
            {
                waiting.Remove(pending);
                if (waiting.Count == 0)
                {
                    _pending.Remove(id);
                }
            }
        }
    }

    private async Task WriteAsync(SubscribeTopicEventsResponseAlpha1 message, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Its token would end the whole stream, not only this message.
            await stream.WriteAsync(message, CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            throw new OperationCanceledException("stream closed", e);
        }
        finally
        {
            _writing.Release();
        }
    }
}
