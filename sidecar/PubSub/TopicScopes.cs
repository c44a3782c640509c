using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Which application may publish to or subscribe to which topic of a component.</summary>
internal sealed class TopicScopes(
    IReadOnlyList<string> allowed,
    IReadOnlyList<string> isProtected,
    IReadOnlyDictionary<string, IReadOnlyList<string>> publishing,
    IReadOnlyDictionary<string, IReadOnlyList<string>> subscribing)
{
    public static TopicScopes Read(Component component) => new(
        List(component.Value("allowedTopics") ?? ""),
        List(component.Value("protectedTopics") ?? ""),
        ByApp(component.Value("publishingScopes") ?? ""),
        ByApp(component.Value("subscriptionScopes") ?? ""));

    public bool MayPublish(string appId, string topic) => IsAllowed(publishing.GetValueOrDefault(appId), topic);

    public bool MaySubscribe(string appId, string topic) => IsAllowed(subscribing.GetValueOrDefault(appId), topic);

    /// <param name="scope">The topics listed for the application; null: it is not listed.</param>
    private bool IsAllowed(IReadOnlyList<string>? scope, string topic)
    {
        if (allowed.Count > 0 && !allowed.Contains(topic, StringComparer.Ordinal))
        {
            return false;
        }

        return scope is null ? !isProtected.Contains(topic, StringComparer.Ordinal) : scope.Contains(topic, StringComparer.Ordinal);
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, IReadOnlyList<string>> ByApp(string text)
    {
        var scopes = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2)
            {
                scopes[parts[0]] = List(parts[1]);
            }
        }

        return scopes;
    }
}
