using System.Text.Json;

namespace OpsMesh.Sidecar.Json;

/// <summary>Words of Go's JSON decoder, where callers may look at them.</summary>
internal static class GoParser
{
    /// <param name="json">What could not be parsed.</param>
    public static string Explain(ReadOnlySpan<byte> json, JsonException problem)
    {
        if (json.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            return "EOF";
        }

        var reader = new Utf8JsonReader(json, isFinalBlock: false, state: default);
        try
        {
            while (reader.Read())
            {
            }

            // It only wants more: nothing in it is wrong.
            return JsonDocument.TryParseValue(ref reader, out _) ? problem.Message : "unexpected EOF";
        }
        catch (JsonException)
        {
            return problem.Message;
        }
    }
}
