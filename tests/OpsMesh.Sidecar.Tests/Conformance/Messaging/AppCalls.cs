using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What of a request to an application is contract.</summary>
internal static class AppCalls
{
    /// <summary>Of Go's HTTP client, or of the transport.</summary>
    private static readonly string[] NotCompared = ["user-agent", "content-length", "accept-encoding", "host", "connection"];

    /// <param name="given">Everything that the case sends: such values are no generated ones.</param>
    public static JsonNode? Contract(JsonObject request, string given)
    {
        var contract = Generated.Mask(request, given)!.AsObject();
        foreach (var name in NotCompared)
        {
            (contract["headers"] as JsonObject)?.Remove(name);
            (contract["metadata"] as JsonObject)?.Remove(name);
        }

        if (contract["rpc"] is not null)
        {
            // Not all of the recorders kept it.
            contract["metadata"] ??= new JsonObject();
        }

        if (contract["body"] is { } body)
        {
            contract["body"] = AsDoubles(body);
        }

        return contract;
    }

    /// <summary>The recorder's numbers went through a double.</summary>
    private static JsonNode? AsDoubles(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(m => KeyValuePair.Create(m.Key, AsDoubles(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(AsDoubles)]),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => JsonValue.Create(double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture)),
        _ => node?.DeepClone(),
    };
}
