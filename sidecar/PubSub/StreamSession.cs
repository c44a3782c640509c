using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using Request = Dapr.Client.Autogen.Grpc.v1.SubscribeTopicEventsRequestAlpha1;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>One call of SubscribeTopicEventsAlpha1: a subscription that lives as long as the call.</summary>
internal sealed class StreamSession(DeliveryStarter deliveries)
{
    /// <param name="stopping">The sidecar ends.</param>
    public async Task RunAsync(
        AppSidecar app,
        IAsyncStreamReader<Request> requests,
        IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> responses,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        var (component, subscription) = Read(app, await NextAsync(requests, () => false, stopping, cancellationToken));
        using var sender = new StreamEventSender(responses);
        using var held = await StartAsync(app, component, subscription, sender, cancellationToken);
        app.Streams.Add(subscription);
        try
        {
            await sender.OpenAsync(cancellationToken);
            held.Start();
            await using var ending = stopping.Register(held.EndDeliveries);
            while (true)
            {
                var request = await NextAsync(requests, () => sender.HasPending, stopping, cancellationToken);
                if (request.EventProcessed is not { } processed)
                {
                    throw Refuse("duplicate initial request received");
                }

                sender.Acknowledge(processed.Id, processed.Status?.Status ?? default);
            }
        }
        finally
        {
            app.Streams.Remove(subscription);
        }
    }

    private static (PubSubComponent, AppSubscription) Read(AppSidecar app, Request request)
    {
        var initial = request.InitialRequest ?? throw Refuse("initial request is required");
        if (initial.PubsubName.Length == 0)
        {
            throw Refuse("pubsubName is required");
        }

        if (initial.Topic.Length == 0)
        {
            throw Refuse("topic is required");
        }

        var component = app.PubSub.Find(initial.PubsubName) ?? throw PubSubErrors.NotFound(initial.PubsubName);
        return (component, new AppSubscription(
            initial.PubsubName,
            initial.Topic,
            [new TopicRoute("", "/")],
            initial.DeadLetterTopic,
            Rpc.WireMaps.AsReadOnly(initial.Metadata),
            SubscriptionKind.Streaming));
    }

    private async Task<Gate> StartAsync(
        AppSidecar app, PubSubComponent component, AppSubscription subscription, StreamEventSender sender, CancellationToken cancellationToken)
    {
        var gate = new Gate(sender);
        try
        {
            gate.Subscription = await deliveries.StartAsync(app, component, subscription, gate, bulk: null, cancellationToken);
            return gate;
        }
        catch (BrokerException e)
        {
            throw Refuse($"failed to create subscription for {subscription.PubSub}: {e.Message}");
        }
    }

    /// <param name="isAwaited">The client still owes an acknowledgement: its events may finish although the sidecar ends.</param>
    private static async Task<Request> NextAsync(
        IAsyncStreamReader<Request> requests, Func<bool> isAwaited, CancellationToken stopping, CancellationToken cancellationToken)
    {
        // The reader takes one token only, and a read that is given up would end the call for the client.
        var next = requests.MoveNext(cancellationToken);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(() => stopped.TrySetResult());
        if (await Task.WhenAny(next, stopped.Task) != next && !isAwaited())
        {
            throw Refuse("stream closed");
        }

        return await next ? requests.Current : throw Refuse("EOF");
    }

    private static RpcException Refuse(string message) => new(new Status(StatusCode.Unknown, message));

    /// <summary>Holds events back until the client was told that the subscription is active.</summary>
    private sealed class Gate(StreamEventSender sender) : IEventSender, IDisposable
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? Subscription { get; set; }

        public void Start() => _open.TrySetResult();

        /// <summary>No further events; those on their way may be acknowledged.</summary>
        public void EndDeliveries() => Subscription?.Dispose();

        public async Task<DeliveryResult> SendAsync(
            ReceivedEvent received, AppSubscription subscription, string path, string? traceParent, CancellationToken cancellationToken)
        {
            await _open.Task.WaitAsync(cancellationToken);
            return await sender.SendAsync(received, subscription, path, traceParent, cancellationToken);
        }

        // First the subscription, so that what fails then is not tried again.
        public void Dispose()
        {
            Subscription?.Dispose();
            _open.TrySetCanceled();
            sender.Dispose();
        }
    }
}
