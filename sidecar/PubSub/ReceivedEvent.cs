using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpsMesh.Sidecar.Json;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>A message as a CloudEvent: the bytes for an application that speaks HTTP, the members for one that speaks gRPC.</summary>
internal sealed class ReceivedEvent
{
    private const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    // Of a raw publish over gRPC they come with the message.
    private static readonly string[] TraceMembers = ["traceid", "traceparent", "tracestate"];

    private ReceivedEvent(BrokerMessage message, ReadOnlyMemory<byte> body, JsonElement members)
    {
        Message = message;
        Body = body;
        Members = members;
    }

    public BrokerMessage Message { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public JsonElement Members { get; }

    /// <summary>What the delivery carries on: null when the event has none that is text, and zeros when that is no trace context.</summary>
    public string? TraceParent
    {
        get
        {
            var name = Members.TryGetProperty("traceparent", out var member) && member.ValueKind != JsonValueKind.Null ? "traceparent" : "traceid";
            return Text(name) is not { } given ? null : ActivityContext.TryParse(given, traceState: null, out _) ? given : NoTrace;
        }
    }

    /// <returns>Null when the message is no JSON object and the subscription does not take raw payloads.</returns>
    public static ReceivedEvent? Read(BrokerMessage message, AppSubscription subscription)
    {
        var body = subscription.IsRaw ? Wrap(message, subscription) : message.Data;
        try
        {
            using var document = JsonDocument.Parse(body);
            var members = document.RootElement.Clone();
            return members.ValueKind == JsonValueKind.Object ? new ReceivedEvent(message, body, members) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Text(string name) =>
        Members.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    public bool IsExpired(TimeProvider clock) =>
        DateTimeOffset.TryParse(Text("expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expiration)
        && expiration <= clock.GetUtcNow();

    private static byte[] Wrap(BrokerMessage message, AppSubscription subscription)
    {
        var members = new JsonMembers();
        members.SetString("id", Guid.NewGuid().ToString("D"));
        members.SetString("specversion", "1.0");
        members.SetString("source", "Dapr");
        members.SetString("type", "com.dapr.event.sent");
        members.SetString("datacontenttype", "application/octet-stream");
        members.SetString("data_base64", Convert.ToBase64String(message.Data.Span));
        members.SetString("topic", message.Topic);
        members.SetString("pubsubname", subscription.PubSub);
        foreach (var name in TraceMembers)
        {
            if (message.Metadata.TryGetValue(name, out var value))
            {
                members.SetString(name, value);
            }
        }

        return members.ToBytes();
    }
}
