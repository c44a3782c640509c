using Dapr.Common;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Messaging.PublishSubscribe;

/// <summary>Subscribes without an application port: the events come over a stream that this side opens.</summary>
public abstract class DaprPublishSubscribeClient(Wire.Dapr.DaprClient client, HttpClient httpClient, string? daprApiToken = null) : IDaprClient
{
#pragma warning disable CA1051 // Fields, as officially.
    protected internal readonly HttpClient HttpClient = httpClient;
    protected internal readonly string? DaprApiToken = daprApiToken;
    protected internal readonly Wire.Dapr.DaprClient Client = client;
#pragma warning restore CA1051

    private bool _disposed;

    /// <summary>Returns once the sidecar has accepted the subscription. Events are handled one after another.</summary>
    /// <param name="cancellationToken">Ends the subscription, also later.</param>
    /// <returns>Disposing ends the subscription, after the event that is being handled.</returns>
    /// <exception cref="DaprException">The sidecar refused, or is not there.</exception>
    public abstract Task<IAsyncDisposable> SubscribeAsync(
        string pubSubName, string topicName, DaprSubscriptionOptions options, TopicMessageHandler messageHandler, CancellationToken cancellationToken = default);

    public void Dispose()
    {
        if (!_disposed)
        {
            Dispose(disposing: true);
            _disposed = true;
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            HttpClient.Dispose();
        }
    }
}
