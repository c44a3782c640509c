using System.Net;
using System.Text.Json;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Posts several events to the route of an application that speaks HTTP.</summary>
internal sealed class HttpBulkSender(AppPlan app, AppChannel channel) : IBulkSender
{
    public async Task<IReadOnlyList<DeliveryResult>> SendAsync(
        IReadOnlyList<BulkItem> items, AppSubscription subscription, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.BaseAddress, path.TrimStart('/')))
        {
            Content = new ReadOnlyMemoryContent(Write(items, subscription)),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("pubsubName", subscription.PubSub);
        if (!subscription.IsRaw && items[0].Received.TraceParent is { } traceParent)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        if (app.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        try
        {
            using var response = await channel.SendEventAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return OutcomesOf(await response.Content.ReadAsByteArrayAsync(cancellationToken), items);
            }

            // Not wanted, and unlike a DROP not for the dead letter topic either.
            return All(items, response.StatusCode == HttpStatusCode.NotFound
                ? DeliveryResult.Handled
                : DeliveryResult.Failed with { HttpStatus = (int)response.StatusCode });
        }
        catch (HttpRequestException)
        {
            return All(items, DeliveryResult.Failed);
        }
    }

    private static DeliveryResult[] All(IReadOnlyList<BulkItem> items, DeliveryResult result) => [.. items.Select(_ => result)];

    /// <summary>Unlike for single events, silence about an entry means that it failed.</summary>
    private static DeliveryResult[] OutcomesOf(byte[] body, IReadOnlyList<BulkItem> items)
    {
        var statuses = new Dictionary<string, string?>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("statuses", out var list)
                && list.ValueKind == JsonValueKind.Array)
            {
                foreach (var entry in list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.Object))
                {
                    statuses[Text(entry, "entryId") ?? ""] = Text(entry, "status");
                }
            }
        }
        catch (JsonException)
        {
            // No statuses at all.
        }

        return
        [
            .. items.Select(i => statuses.GetValueOrDefault(i.Id) switch
            {
                "SUCCESS" => DeliveryResult.Handled,
                "DROP" => DeliveryResult.Dropped,
                _ => DeliveryResult.Failed,
            }),
        ];
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static byte[] Write(IReadOnlyList<BulkItem> items, AppSubscription subscription)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var item in items)
            {
                WriteEntry(json, item, subscription.IsRaw);
            }

            json.WriteEndArray();
            json.WriteString("id", Guid.NewGuid());
            json.WriteStartObject("metadata");
            json.WriteString("pubsubName", subscription.PubSub);
            json.WriteEndObject();
            json.WriteString("pubsubname", subscription.PubSub);
            json.WriteString("topic", subscription.Topic);
            json.WriteString("type", "com.dapr.event.sent.bulk");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, BulkItem item, bool isRaw)
    {
        json.WriteStartObject();
        json.WriteString("entryId", item.Id);
        if (isRaw)
        {
            json.WriteBase64String("event", item.Received.Message.Data.Span);
        }
        else
        {
            json.WritePropertyName("event");
            json.WriteRawValue(item.Received.Body.Span);
        }

        json.WriteStartObject("metadata");
        foreach (var (name, value) in item.Received.Message.Metadata)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("contentType", isRaw ? "application/octet-stream" : CloudEventEnvelope.ContentType);
        json.WriteEndObject();
    }
}
