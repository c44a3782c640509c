using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    private const string Json = "application/json";
    private const string CloudEventJson = "application/cloudevents+json";

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, ToJson(data), ContentTypeOf(data), metadata: null, cancellationToken);

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, ToJson(data), ContentTypeOf(data), metadata, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, content: null, contentType: null, metadata: null, cancellationToken);

    public override Task PublishEventAsync(
        string pubsubName, string topicName, Dictionary<string, string> metadata, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, content: null, contentType: null, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(
        string pubsubName, string topicName, ReadOnlyMemory<byte> data, string dataContentType = Json,
        Dictionary<string, string>? metadata = default, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, ByteString.CopyFrom(data.Span), dataContentType, metadata, cancellationToken);

    public override async Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(
        string pubsubName, string topicName, IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0)
        {
            throw new ArgumentException("events do not contain any elements", nameof(events));
        }

        var request = new Wire.BulkPublishRequest { PubsubName = pubsubName, Topic = topicName };
        request.Metadata.AddAll(metadata);
        var entries = new Dictionary<string, BulkPublishEntry<TValue>>(events.Count);
        foreach (var value in events)
        {
            var id = entries.Count.ToString(CultureInfo.InvariantCulture);
            var (content, contentType) = value is byte[] bytes
                ? (ByteString.CopyFrom(bytes), "application/octet-stream")
                : (ToJson(value), ContentTypeOf(value));
            entries.Add(id, new BulkPublishEntry<TValue>(id, value, contentType, metadata));
            var entry = new Wire.BulkPublishRequestEntry { EntryId = id, Event = content, ContentType = contentType };
            entry.Metadata.AddAll(metadata);
            request.Entries.Add(entry);
        }

        var answer = await CallAsync("Bulk Publish", client.BulkPublishEventAsync(request, Options(cancellationToken)));
        return new BulkPublishResponse<TValue>(
            [.. answer.FailedEntries.Select(f => new BulkPublishResponseFailedEntry<TValue>(entries[f.EntryId], f.Error))]);
    }

    private Task<Empty> PublishAsync(
        string pubsubName,
        string topicName,
        ByteString? content,
        string? contentType,
        Dictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        var request = new Wire.PublishEventRequest
        {
            PubsubName = pubsubName,
            Topic = topicName,
            Data = content ?? ByteString.Empty,
            DataContentType = contentType ?? "",
        };
        request.Metadata.AddAll(metadata);
        return CallAsync("Publish", client.PublishEventAsync(request, Options(cancellationToken)));
    }

    private static string ContentTypeOf<TData>(TData data) => data is CloudEvent ? CloudEventJson : Json;
}
