using OpsMesh.Sidecar.Access;
using OpsMesh.Sidecar.Secrets;

namespace OpsMesh.Sidecar.Resources;

/// <summary>What of a Configuration has an effect here: the API lists and the scopes of secrets.</summary>
internal sealed record ConfigurationResource(ApiLists Api, IReadOnlyList<SecretScope> SecretScopes)
{
    public static ConfigurationResource Empty { get; } = new(ApiLists.Open, []);
}
