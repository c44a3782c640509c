namespace OpsMesh.Sidecar.Secrets;

/// <summary>Which secrets of a store an application may read (Configuration, <c>spec.secrets.scopes</c>).</summary>
/// <param name="Allowed">Not empty: only these, whatever the others say.</param>
internal sealed record SecretScope(string Store, bool AllowsByDefault, IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied)
{
    public bool Allows(string key) =>
        Allowed.Count > 0 ? Allowed.Contains(key, StringComparer.Ordinal) : !Denied.Contains(key, StringComparer.Ordinal) && AllowsByDefault;
}
