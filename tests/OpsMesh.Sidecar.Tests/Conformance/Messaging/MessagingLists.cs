using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

internal static class MessagingLists
{
    public static JsonArray Of(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
