namespace OpsMesh.Sidecar.Resources;

/// <summary>A component as its YAML describes it. Metadata names ignore letter case.</summary>
/// <param name="Scopes">App ids that may use it; empty: all.</param>
/// <param name="Place">File and document, for messages.</param>
internal sealed record Component(
    string Name, string Type, string Version, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Scopes, string Place)
{
    /// <summary>A start that fails is logged; the component is then not there.</summary>
    public bool IgnoreErrors { get; init; }

    public bool IsVisibleTo(string appId) => Scopes.Count == 0 || Scopes.Contains(appId, StringComparer.Ordinal);

    public string? Value(string name) => Metadata.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
}
