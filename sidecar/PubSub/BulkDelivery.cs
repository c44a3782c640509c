using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>
/// Collects the messages of one subscription and takes them to the application together. A broker that hands over one message at a
/// time gets batches of one, each after the whole wait, as with daprd.
/// </summary>
internal sealed partial class BulkDelivery(
    string appId,
    AppSubscription subscription,
    BulkOptions options,
    IBulkSender sender,
    DeadLetters deadLetters,
    Policy? policy,
    TimeProvider clock,
    ILogger logger)
{
    private readonly Lock _gate = new();
    private List<Waiting> _collected = [];

    /// <returns>Once the batch with the message was dealt with.</returns>
    public async Task HandleAsync(BrokerMessage message, CancellationToken stopping)
    {
        var waiting = new Waiting(message);
        List<Waiting>? full = null;
        List<Waiting>? begun = null;
        lock (_gate)
        {
            _collected.Add(waiting);
            if (_collected.Count == 1)
            {
                begun = _collected;
            }

            if (_collected.Count >= options.MaxMessages)
            {
                full = _collected;
                _collected = [];
            }
        }

        if (full is not null)
        {
            await FlushAsync(full, stopping);
        }
        else if (begun is not null)
        {
            await Task.Delay(options.MaxWait, clock, stopping);
            await FlushAsync(Take(begun), stopping);
        }

        await waiting.Done.Task.WaitAsync(stopping);
    }

    private List<Waiting> Take(List<Waiting> batch)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(batch, _collected))
            {
                return [];
            }

            _collected = [];
            return batch;
        }
    }

    private async Task FlushAsync(List<Waiting> batch, CancellationToken stopping)
    {
        try
        {
            List<(Waiting Waiting, ReceivedEvent Received, string Path)> routed = [];
            foreach (var waiting in batch)
            {
                if (await RouteAsync(waiting.Message) is { } found)
                {
                    routed.Add((waiting, found.Received, found.Path));
                }
            }

            foreach (var group in routed.GroupBy(r => r.Path, r => r.Received))
            {
                await DeliverAsync([.. group.Select(r => new BulkItem(Guid.NewGuid().ToString("D"), r))], group.Key, stopping);
            }
        }
        finally
        {
            foreach (var waiting in batch)
            {
                waiting.Done.TrySetResult();
            }
        }
    }

    private async Task<(ReceivedEvent Received, string Path)?> RouteAsync(BrokerMessage message)
    {
        if (ReceivedEvent.Read(message, subscription) is not { } received)
        {
            await deadLetters.TakeAsync(message, "it is not a JSON object");
            return null;
        }

        if (received.IsExpired(clock))
        {
            await deadLetters.TakeAsync(message, "it has expired");
            return null;
        }

        try
        {
            if (subscription.Routes.FirstOrDefault(r => r.Takes(received)) is { } route)
            {
                return (received, route.Path);
            }

            await deadLetters.TakeAsync(message, "no route matches");
        }
        catch (CelException e)
        {
            await deadLetters.TakeAsync(message, $"the match of a route has no answer for it: {e.Message}");
        }

        return null;
    }

    private async Task DeliverAsync(IReadOnlyList<BulkItem> items, string path, CancellationToken stopping)
    {
        var left = items;
        List<BulkItem> dropped = [];
        try
        {
            if (policy is null)
            {
                await AttemptAsync(CancellationToken.None);
            }
            else
            {
                await policy.RunAsync(AttemptAsync, _ => left.Count == 0 ? Verdict.Success : Verdict.Retry, stopping);
            }
        }
        catch (Exception e) when (e is RefusedByBreakerException or PolicyTimeoutException)
        {
            LogRefused(subscription.Topic, appId, e.Message);
        }

        foreach (var item in dropped)
        {
            await deadLetters.TakeAsync(item.Received.Message, "the application does not want it");
        }

        stopping.ThrowIfCancellationRequested();
        foreach (var item in left)
        {
            await deadLetters.TakeAsync(item.Received.Message, "the application failed to handle it");
        }

        async Task<bool> AttemptAsync(CancellationToken due)
        {
            var results = await sender.SendAsync(left, subscription, path, due == stopping ? CancellationToken.None : due);
            dropped.AddRange(left.Where((_, i) => results[i].Outcome == DeliveryOutcome.Dropped));
            left = [.. left.Where((_, i) => results[i].Outcome == DeliveryOutcome.Failed)];
            return true;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Events on topic {Topic} did not reach {AppId}: {Problem}")]
    private partial void LogRefused(string topic, string appId, string problem);

    private sealed record Waiting(BrokerMessage Message)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
