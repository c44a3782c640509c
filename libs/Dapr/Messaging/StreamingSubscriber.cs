using Grpc.Net.Client;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Messaging.PublishSubscribe;

internal sealed class StreamingSubscriber(GrpcChannel channel, HttpClient http, string? token)
    : DaprPublishSubscribeClient(new Wire.Dapr.DaprClient(channel), http, token)
{
    public override async Task<IAsyncDisposable> SubscribeAsync(
        string pubSubName, string topicName, DaprSubscriptionOptions options, TopicMessageHandler messageHandler, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubSubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(messageHandler);
        return await TopicStream.OpenAsync(Client, DaprApiToken, pubSubName, topicName, options, messageHandler, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            channel.Dispose();
        }

        base.Dispose(disposing);
    }
}
