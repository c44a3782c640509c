namespace OpsMesh.Sidecar.Secrets;

/// <summary>A secret store behind the Dapr API. A secret has one value or several, each with a name.</summary>
internal interface ISecretStore
{
    /// <returns>Null when there is no such secret.</returns>
    IReadOnlyDictionary<string, string>? Find(string key);

    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All();
}
