using System.Collections;
using System.Text.Json;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Secrets;

/// <summary>A secret store that was started.</summary>
/// <param name="All">Every secret that it may show, read when asked.</param>
/// <param name="AnswersUnknown">A name that is not there is an empty secret, not an error.</param>
internal sealed record SecretComponent(Component Component, Func<IReadOnlyDictionary<string, string>> All, bool AnswersUnknown)
{
    public static SecretComponent Start(Component component) => component switch
    {
        { Type: "secretstores.local.env", Version: "v1" } => new SecretComponent(component, () => EnvironmentSecrets(component.Value("prefix") ?? ""), true),
        { Type: "secretstores.local.file", Version: "v1" } => FromFile(component),
        _ => throw new PlanException($"{component.Place}: spec.type: this sidecar has no {component.Type}/{component.Version}"),
    };

    private static Dictionary<string, string> EnvironmentSecrets(string prefix) => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Select(e => (Name: (string)e.Key, Value: (string?)e.Value ?? ""))
        .Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal))
        .Where(e => !e.Name.StartsWith("DAPR_", StringComparison.Ordinal) && e.Name != "APP_API_TOKEN")
        .ToDictionary(e => e.Name[prefix.Length..], e => e.Value, StringComparer.Ordinal);

    private static SecretComponent FromFile(Component component)
    {
        var path = component.Value("secretsFile")
            ?? throw new PlanException($"{component.Place}: component '{component.Name}': metadata 'secretsFile' is required");
        var separator = component.Value("nestedSeparator") ?? ":";
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var secrets = Leaves(document.RootElement, "", separator).ToDictionary(l => l.Name, l => l.Value, StringComparer.Ordinal);
            return new SecretComponent(component, () => secrets, AnswersUnknown: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            throw new PlanException($"{component.Place}: component '{component.Name}': {path}: {e.Message}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Leaves(JsonElement element, string name, string separator) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Leaves(m.Value, Below(name, m.Name, separator), separator)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((v, i) =>
            Leaves(v, Below(name, i.ToString(System.Globalization.CultureInfo.InvariantCulture), separator), separator)),
        JsonValueKind.String => [(name, element.GetString()!)],
        _ => [(name, element.GetRawText())],
    };

    private static string Below(string name, string member, string separator) => name.Length == 0 ? member : name + separator + member;
}
