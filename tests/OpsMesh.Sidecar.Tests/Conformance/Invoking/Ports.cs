using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>The recorder of invoke.md holds ports volatile everywhere, and wrote placeholders for names of its machine.</summary>
internal static partial class Ports
{
    /// <summary>A recorded request with the application's port of this run.</summary>
    public static JsonObject Given(JsonObject request, int port)
    {
        var text = request.ToJsonString();
        return JsonNode.Parse(AppPort().Replace(text, m => m.Groups[1].Value + port.ToString(System.Globalization.CultureInfo.InvariantCulture)))!.AsObject();
    }

    public static JsonNode? Mask(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, Mask(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Mask)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Address().Replace(text.Replace(Environment.MachineName, "<hostname>", StringComparison.Ordinal), "127.0.0.1:<port>"),
        _ => node?.DeepClone(),
    };

    // The recorder's applications; nothing listens on the others that it named.
    [GeneratedRegex("""(127\.0\.0\.1(?::|%3A))(?:23010|23330)(?!\d)""", RegexOptions.CultureInvariant)]
    private static partial Regex AppPort();

    [GeneratedRegex(@"127\.0\.0\.1:\d{4,5}", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
