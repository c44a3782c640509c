using OpsMesh.Sidecar.Access;
using OpsMesh.Sidecar.Peers;
using OpsMesh.Sidecar.Secrets;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Resources;

/// <summary>What of a Configuration has an effect here: the API lists, the scopes of secrets, traces, and where other sidecars are found.</summary>
internal sealed record ConfigurationResource(ApiLists Api, IReadOnlyList<SecretScope> SecretScopes)
{
    /// <summary>Null: the Configuration says nothing of traces.</summary>
    public TracingSettings? Tracing { get; init; }

    /// <summary>Null: only applications of this process are known.</summary>
    public NamesOptions? Names { get; init; }

    public static ConfigurationResource Empty { get; } = new(ApiLists.Open, []);
}
