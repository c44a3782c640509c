using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>The publish API of one application.</summary>
internal sealed class PubSubBlock(AppPlan app, IReadOnlyDictionary<string, PubSubComponent> components, TimeProvider clock)
{
    private const string RawPayload = "rawPayload";

    public IEnumerable<PubSubComponent> Components => components.Values;

    public PubSubComponent? Find(string pubSub) => components.GetValueOrDefault(pubSub);

    public Task PublishAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        if (request.PubSub.Length == 0)
        {
            throw PubSubErrors.NameEmpty(app.AppId);
        }

        var component = Find(request.PubSub) ?? throw PubSubErrors.NotFound(request.PubSub, app.AppId);
        if (request.Topic.Length == 0)
        {
            throw PubSubErrors.TopicEmpty(request.PubSub, app.AppId);
        }

        var data = IsRaw(request) ? request.Data : Wrap(request);
        return component.Broker.PublishAsync(new BrokerMessage(request.Topic, data, request.Metadata), cancellationToken);
    }

    private ReadOnlyMemory<byte> Wrap(PublishRequest request)
    {
        try
        {
            return CloudEventEnvelope.Make(request, app.AppId, clock);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw PubSubErrors.NoCloudEvent(request.PubSub, app.AppId, e.Message);
        }
    }

    private bool IsRaw(PublishRequest request) => request.Metadata.GetValueOrDefault(RawPayload) switch
    {
        null or "" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw PubSubErrors.Metadata(request.PubSub, app.AppId),
    };
}
