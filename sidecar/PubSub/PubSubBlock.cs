using System.Text.Json;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>The publish API of one application.</summary>
internal sealed class PubSubBlock(AppPlan app, IReadOnlyDictionary<string, PubSubComponent> components, Policies policies, TimeProvider clock)
{
    private const string RawPayload = "rawPayload";

    public IEnumerable<PubSubComponent> Components => components.Values;

    public PubSubComponent? Find(string pubSub) => components.GetValueOrDefault(pubSub);

    public async Task PublishAsync(PublishRequest request, CancellationToken cancellationToken)
    {
        var component = Check(request.PubSub, request.Topic);
        var message = ToMessage(request, IsRaw(request.PubSub, request.Metadata));
        if (await SendAsync(component, message, cancellationToken) is { } problem)
        {
            throw PubSubErrors.NotPublished(request.PubSub, request.Topic, problem);
        }
    }

    /// <returns>The entries that were not published, and why; all others were.</returns>
    public async Task<IReadOnlyList<(string Id, string Problem)>> PublishAsync(BulkPublish bulk, CancellationToken cancellationToken)
    {
        var component = Check(bulk.PubSub, bulk.Topic);
        var isRaw = IsRaw(bulk.PubSub, bulk.Metadata);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        if (bulk.Entries.Any(e => e.Id.Length == 0 || !ids.Add(e.Id)))
        {
            throw PubSubErrors.BadEntryId(bulk.PubSub, bulk.Topic, app.AppId);
        }

        // All are wrapped before the first leaves: one that cannot be refuses the call as a whole.
        var messages = bulk.Entries.Select(e => ToMessage(ToRequest(bulk, e), isRaw)).ToArray();
        List<(string, string)> failed = [];
        for (var i = 0; i < messages.Length; i++)
        {
            if (await SendAsync(component, messages[i], cancellationToken) is { } problem)
            {
                failed.Add((bulk.Entries[i].Id, problem));
            }
        }

        return failed;
    }

    /// <exception cref="ApiException">No such component, or the topic is not for this application.</exception>
    public PubSubComponent Check(string pubSub, string topic)
    {
        if (pubSub.Length == 0)
        {
            throw PubSubErrors.NameEmpty();
        }

        var component = Find(pubSub) ?? throw PubSubErrors.NotFound(pubSub);
        if (topic.Length == 0)
        {
            throw PubSubErrors.TopicEmpty(pubSub);
        }

        return component.Scopes.MayPublish(app.AppId, topic) ? component : throw PubSubErrors.Forbidden(pubSub, topic, app.AppId);
    }

    private static PublishRequest ToRequest(BulkPublish bulk, BulkEntry entry)
    {
        // Over HTTP, metadata of the request reach only entries that have some of their own.
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        if (bulk.IsOverGrpc || entry.Metadata is not null)
        {
            foreach (var (name, value) in bulk.Metadata.Where(m => m.Key != RawPayload).Concat(entry.Metadata ?? metadata))
            {
                metadata[name] = value;
            }
        }

        return new PublishRequest(bulk.PubSub, bulk.Topic, entry.Data, entry.ContentType, metadata, bulk.TraceParent, bulk.TraceState)
        {
            // A bulk entry stores metadata as a publish over gRPC does, whichever way it came.
            IsOverGrpc = true,
        };
    }

    private async Task<string?> SendAsync(PubSubComponent component, BrokerMessage message, CancellationToken cancellationToken)
    {
        try
        {
            if (policies.Outbound(component.Component.Name, PubSubComponent.Kind) is not { } policy)
            {
                await component.Broker.PublishAsync(message, cancellationToken);
                return null;
            }

            await policy.RunAsync(
                async due =>
                {
                    await component.Broker.PublishAsync(message, due);
                    return true;
                },
                _ => Verdict.Success,
                cancellationToken);
            return null;
        }
        catch (Exception e) when (e is BrokerException or RefusedByBreakerException or PolicyTimeoutException)
        {
            return e.Message;
        }
    }

    private BrokerMessage ToMessage(PublishRequest request, bool isRaw)
    {
        var metadata = request.IsOverGrpc && request.Metadata.Count == 0 ? null : request.Metadata;
        if (!isRaw)
        {
            return new BrokerMessage(request.Topic, Wrap(request), metadata);
        }

        if (request.IsOverGrpc && metadata is not null)
        {
            metadata = new Dictionary<string, string>(metadata, StringComparer.Ordinal) { ["traceid"] = request.TraceParent, ["tracestate"] = request.TraceState };
        }

        return new BrokerMessage(request.Topic, request.Data, metadata);
    }

    private ReadOnlyMemory<byte> Wrap(PublishRequest request)
    {
        try
        {
            return CloudEventEnvelope.Make(request, app.AppId, clock);
        }
        catch (JsonException e)
        {
            throw PubSubErrors.NoCloudEvent(request.PubSub, app.AppId, GoParser.Explain(request.Data.Span, e));
        }
    }

    private static bool IsRaw(string pubSub, IReadOnlyDictionary<string, string> metadata) =>
        metadata.GetValueOrDefault(RawPayload) is { Length: > 0 } value && (GoBool.Parse(value) ?? throw PubSubErrors.RawPayload(pubSub, value));
}
