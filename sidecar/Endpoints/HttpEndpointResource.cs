namespace OpsMesh.Sidecar.Endpoints;

/// <summary>A server outside of the mesh that can be invoked by name.</summary>
/// <param name="Headers">Take the place of the caller's.</param>
/// <param name="Scopes">App ids that may invoke it; empty: all.</param>
internal sealed record HttpEndpointResource(string Name, string BaseUrl, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> Scopes)
{
    /// <summary>A server that the caller itself named by its address.</summary>
    public static HttpEndpointResource At(string address) => new("", address, new Dictionary<string, string>(), []);

    public bool IsVisibleTo(string appId) => Scopes.Count == 0 || Scopes.Contains(appId, StringComparer.Ordinal);
}
