using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Values that are made anew each time: ids, times, trace contexts. One that the case itself gave is none.</summary>
internal static partial class Generated
{
    /// <param name="given">Everything that the case sends.</param>
    public static JsonNode? Mask(JsonNode? node, string given) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Mask(m.Value, given)))),
        JsonArray list => new JsonArray([.. list.Select(i => Mask(i, given))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Mask(text, given),
        _ => node?.DeepClone(),
    };

    public static string Mask(string text, string given)
    {
        if (text.StartsWith("eyJ", StringComparison.Ordinal) && Decode(text) is { } json)
        {
            text = json;
        }

        text = Uuid().Replace(text, m => given.Contains(m.Value, StringComparison.Ordinal) ? m.Value : "<uuid>");
        text = Time().Replace(text, m => given.Contains(m.Value, StringComparison.Ordinal) ? m.Value : "<time>");
        return Trace().Replace(text, m => given.Contains(m.Value, StringComparison.Ordinal) ? m.Value : "<trace>");
    }

    /// <summary>An envelope in base64, as raw subscribers get it.</summary>
    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Time();

    [GeneratedRegex("00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-0[01]|base64:AAA(?!A{20})[A-Za-z0-9+/]{36}=?", RegexOptions.CultureInvariant)]
    private static partial Regex Trace();
}
