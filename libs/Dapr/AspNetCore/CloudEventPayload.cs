using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace Dapr.AspNetCore;

/// <summary>What an envelope carries: the body and content type that the endpoint is to see.</summary>
/// <param name="ContentType">Null when the envelope carries nothing.</param>
internal sealed record CloudEventPayload(byte[] Body, string? ContentType)
{
    /// <returns>Null when the envelope holds both <c>data</c> and <c>data_base64</c>, which is an error.</returns>
    public static CloudEventPayload? Read(JsonElement envelope, bool keepTextQuoted)
    {
        var data = Member(envelope, "data");
        var binary = Member(envelope, "data_base64");
        if (data is not null && binary is not null)
        {
            return null;
        }

        var contentType = ContentTypeOf(envelope, out var isJson);
        if (binary is { } base64)
        {
            return new CloudEventPayload(base64.GetBytesFromBase64(), contentType);
        }

        if (data is not { } value)
        {
            return new CloudEventPayload([], ContentType: null);
        }

        var isText = value.ValueKind == JsonValueKind.String && !isJson && !keepTextQuoted;
        var body = isText ? Encoding.UTF8.GetBytes(value.GetString()!) : JsonSerializer.SerializeToUtf8Bytes(value);
        return new CloudEventPayload(body, contentType);
    }

    private static JsonElement? Member(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>The body is written as UTF-8, so a charset of the envelope no longer holds.</summary>
    private static string ContentTypeOf(JsonElement envelope, out bool isJson)
    {
        isJson = true;
        if (Member(envelope, "datacontenttype") is not { ValueKind: JsonValueKind.String } member)
        {
            return "application/json";
        }

        var text = member.GetString()!;
        ContentType parsed;
        try
        {
            parsed = new ContentType(text);
        }
        catch (FormatException)
        {
            isJson = false;
            return text;
        }

        isJson = parsed.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || parsed.MediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
        if (parsed.CharSet is not null)
        {
            parsed.CharSet = null;
        }

        return parsed.ToString();
    }
}
