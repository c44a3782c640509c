using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Wraps what an application publishes, or completes the envelope that it made itself.</summary>
internal static class CloudEventEnvelope
{
    public const string ContentType = "application/cloudevents+json";

    private const string Overrides = "cloudevent.";
    private const string DefaultSource = "Dapr";
    private const string DefaultType = "com.dapr.event.sent";
    private const string SpecVersion = "1.0";

    /// <exception cref="JsonException">The content type says CloudEvent, and the data are none.</exception>
    public static ReadOnlyMemory<byte> Make(PublishRequest request, string appId, TimeProvider clock)
    {
        var mediaType = MediaType(request.ContentType);
        var members = mediaType == ContentType ? Complete(request, clock) : New(request, mediaType, appId, clock);
        members.SetString("topic", request.Topic);
        members.SetString("pubsubname", request.PubSub);
        if (Expiration(request.Metadata, clock) is { } expiration)
        {
            members.SetString("expiration", expiration);
        }

        return members.ToBytes();
    }

    /// <summary>Lower case, without parameters.</summary>
    public static string MediaType(string contentType) => contentType.Split(';')[0].Trim().ToLowerInvariant();

    private static JsonMembers New(PublishRequest request, string mediaType, string appId, TimeProvider clock)
    {
        var members = new JsonMembers();
        members.SetString("id", Override(request, "id") ?? Guid.NewGuid().ToString("D"));
        members.SetString("specversion", SpecVersion);
        members.SetString("source", Source(request, appId));
        members.SetString("type", Override(request, "type") ?? DefaultType);
        members.SetString("datacontenttype", request.ContentType.Length > 0 ? request.ContentType : "text/plain");
        members.SetString("time", Time(clock));
        if (Override(request, "subject") is { } subject)
        {
            members.SetString("subject", subject);
        }

        SetData(members, mediaType, request.Data);
        SetTrace(members, Override(request, "traceparent") ?? Override(request, "traceid") ?? request.TraceParent, Override(request, "tracestate") ?? request.TraceState);
        return members;
    }

    private static JsonMembers Complete(PublishRequest request, TimeProvider clock)
    {
        using var document = JsonDocument.Parse(request.Data);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("the event is not a JSON object");
        }

        var members = JsonMembers.From(document.RootElement);
        members.SetStringIfNull("source", DefaultSource);
        members.SetStringIfNull("type", DefaultType);
        members.SetStringIfNull("specversion", SpecVersion);
        members.SetStringIfNull("time", Time(clock));
        if (!members.Has("traceid"))
        {
            members.SetString("traceid", request.TraceParent);
            members.SetString("traceparent", request.TraceParent);
        }

        if (!members.Has("tracestate"))
        {
            members.SetString("tracestate", request.TraceState);
        }

        return members;
    }

    private static void SetData(JsonMembers members, string mediaType, ReadOnlyMemory<byte> data)
    {
        if (mediaType is "application/octet-stream" or "application/cloudevents+protobuf" || (mediaType == "application/x-protobuf" && IsProtobuf(data)))
        {
            members.SetString("data_base64", Convert.ToBase64String(data.Span));
            return;
        }

        if (mediaType == "application/json" && FirstJsonValue(data) is { } json)
        {
            members.Set("data", json);
            return;
        }

        members.SetText("data", data.Span);
    }

    /// <summary>Whether it can be read as a message at all: fields that nobody knows are no mistake.</summary>
    private static bool IsProtobuf(ReadOnlyMemory<byte> data)
    {
        try
        {
            Empty.Parser.ParseFrom(data.Span);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <returns>Null when the data do not begin with a JSON value. Text behind the first value is dropped.</returns>
    private static byte[]? FirstJsonValue(ReadOnlyMemory<byte> data)
    {
        try
        {
            var reader = new Utf8JsonReader(data.Span);
            using var document = JsonDocument.ParseValue(ref reader);
            return GoJson.Rewrite(document.RootElement, keepNumberText: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Both hold the whole traceparent: a peculiarity that consumers have come to rely on.
    private static void SetTrace(JsonMembers members, string traceParent, string traceState)
    {
        members.SetString("traceid", traceParent);
        members.SetString("traceparent", traceParent);
        members.SetString("tracestate", traceState);
    }

    /// <summary>An override without text is one all the same: then not even the application's own id is taken.</summary>
    private static string Source(PublishRequest request, string appId)
    {
        var isOverridden = request.Metadata.Keys.Any(k => k.Equals(Overrides + "source", StringComparison.OrdinalIgnoreCase));
        var source = isOverridden ? Override(request, "source") : appId;
        return string.IsNullOrEmpty(source) ? DefaultSource : source;
    }

    private static string? Override(PublishRequest request, string name)
    {
        foreach (var (key, value) in request.Metadata)
        {
            if (value.Length > 0 && key.Equals(Overrides + name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static string? Expiration(IReadOnlyDictionary<string, string> metadata, TimeProvider clock)
    {
        TimeSpan? ttl = null;
        foreach (var (name, value) in metadata)
        {
            if (name.Equals("ttl", StringComparison.OrdinalIgnoreCase) && GoDuration.Parse(value) is { } duration)
            {
                ttl = duration;
                break;
            }

            if (name.Equals("ttlInSeconds", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
            {
                ttl = TimeSpan.FromSeconds(seconds);
            }
        }

        return ttl >= TimeSpan.Zero ? (clock.GetUtcNow() + ttl.Value).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : null;
    }

    private static string Time(TimeProvider clock)
    {
        var now = clock.GetLocalNow();
        var format = now.Offset == TimeSpan.Zero ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:sszzz";
        return now.ToString(format, CultureInfo.InvariantCulture);
    }
}
