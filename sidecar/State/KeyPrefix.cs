using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.State;

/// <summary>How the keys of a store tell the applications apart (metadata <c>keyPrefix</c>).</summary>
internal sealed class KeyPrefix
{
    public const string Separator = "||";

    private readonly string _strategy;
    private readonly string _component;

    public KeyPrefix(Component component)
    {
        _component = component.Name;
        _strategy = component.Value("keyPrefix") ?? "appid";
        if (_strategy.Contains(Separator, StringComparison.Ordinal))
        {
            throw new PlanException($"{component.Place}: component '{component.Name}': input key/keyPrefix '{_strategy}' can't contain '{Separator}'");
        }
    }

    /// <summary>The key as it is stored.</summary>
    public string Of(AppPlan app, string key) => _strategy.ToLowerInvariant() switch
    {
        "appid" => $"{app.AppId}{Separator}{key}",
        "name" => $"{_component}{Separator}{key}",
        "namespace" => app.Namespace is { } name ? $"{name}.{app.AppId}{Separator}{key}" : $"{app.AppId}{Separator}{key}",
        "none" => key,
        _ => $"{_strategy}{Separator}{key}",
    };
}
