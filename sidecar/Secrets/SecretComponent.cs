using System.Text.Json;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Secrets;

/// <summary>A secret store that was started.</summary>
internal sealed record SecretComponent(Component Component, ISecretStore Store)
{
    /// <param name="environment">Of the sidecar.</param>
    /// <exception cref="PlanException">The type is unknown, or the file cannot be read.</exception>
    public static SecretComponent Start(Component component, IReadOnlyDictionary<string, string> environment) => component switch
    {
        { Type: "secretstores.local.env", Version: "v1" } => new SecretComponent(component, new EnvironmentSecrets(environment, component.Value("prefix") ?? "")),
        { Type: "secretstores.local.file", Version: "v1" } => new SecretComponent(component, FromFile(component)),
        _ => throw new PlanException($"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}"),
    };

    private static FileSecrets FromFile(Component component)
    {
        var path = component.Value("secretsFile")
            ?? throw new PlanException($"{component.Place}: component '{component.Name}': metadata 'secretsFile' is required");
        try
        {
            return new FileSecrets(File.ReadAllText(path), component.Value("nestedSeparator") ?? ":", component.Value("multiValued") == "true");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PlanException($"{component.Place}: component '{component.Name}': {path}: {e.Message}");
        }
    }
}
