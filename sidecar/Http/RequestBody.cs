using System.Text.Json;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>Reads whole request bodies within the limit of the application.</summary>
internal static class RequestBody
{
    /// <returns>Null when the body is longer than <paramref name="limit"/>.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context, int limit)
    {
        var body = await ReadUpToAsync(context, limit + 1);
        return body.Length > limit ? default(ReadOnlyMemory<byte>?) : body;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadUpToAsync(HttpContext context, int limit)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int count;
        while (buffer.Length < limit && (count = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            await buffer.WriteAsync(chunk.AsMemory(0, count), context.RequestAborted);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    /// <param name="prefix">Stands before the parser's words in a refusal.</param>
    public static async Task<JsonDocument> ReadJsonAsync(HttpContext context, int limit, string prefix = "")
    {
        var body = await ReadUpToAsync(context, limit + 2);
        if (body.Length > limit)
        {
            // The decoder reads as it goes: what is wrong at the beginning is found before the body is too long.
            throw StateErrors.Malformed(prefix + (!IsCutOff(body[..limit]) ? "invalid character at the beginning" : body.Length == limit + 1 ? "unexpected EOF" : "stream too large"));
        }

        if (body.Span.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            throw StateErrors.Malformed(prefix + "EOF");
        }

        try
        {
            // Text behind the first value is not looked at.
            var reader = new Utf8JsonReader(body.Span);
            return JsonDocument.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            throw StateErrors.Malformed(prefix + (IsCutOff(body) ? "unexpected EOF" : e.Message));
        }
    }

    private static bool IsCutOff(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
