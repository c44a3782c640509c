using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>A step that is no call of the Dapr API: a look into a store, what the application saw.</summary>
internal sealed record OtherStep(JsonObject Step, string Path, Comparison Comparison, ReplaySidecar Sidecar)
{
    public string Kind => Step["do"]!.GetValue<string>();
}
