namespace OpsMesh.Console.Backends;

/// <summary>Section Endpoints: node port of each service, <c>https://host:port</c>, by its app-id.</summary>
internal sealed class EndpointOptions : Dictionary<string, string>
{
    public const string Section = "Endpoints";

    public EndpointOptions()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <returns>Null when there is none.</returns>
    public Uri? Of(string appId) => TryGetValue(appId, out var text) && text.Length > 0 ? new Uri(text) : null;

    /// <summary>Every value that is not an https URL.</summary>
    public IEnumerable<string> Mistakes() => this
        .Where(pair => pair.Value.Length > 0 && !(Uri.TryCreate(pair.Value, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps))
        .Select(pair => $"configuration '{Section}:{pair.Key}' is '{pair.Value}'; it must be https://host:port");
}
