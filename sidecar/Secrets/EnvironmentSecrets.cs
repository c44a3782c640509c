namespace OpsMesh.Sidecar.Secrets;

/// <summary>secretstores.local.env: the environment of the sidecar but for what is its own. A name that is not there is an empty secret.</summary>
internal sealed class EnvironmentSecrets(IReadOnlyDictionary<string, string> environment, string prefix) : ISecretStore
{
    public IReadOnlyDictionary<string, string> Find(string key)
    {
        var name = prefix + key;
        return Single(key, IsReadable(name) ? environment.GetValueOrDefault(name) ?? "" : "");
    }

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All() => environment
        .Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal) && IsReadable(e.Key))
        .ToDictionary(e => e.Key[prefix.Length..], e => (IReadOnlyDictionary<string, string>)Single(e.Key[prefix.Length..], e.Value), StringComparer.Ordinal);

    private static bool IsReadable(string name) =>
        !name.StartsWith("DAPR_", StringComparison.OrdinalIgnoreCase) && !name.Equals("APP_API_TOKEN", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> Single(string key, string value) => new Dictionary<string, string> { [key] = value };
}
