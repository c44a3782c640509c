using System.Globalization;
using System.Text.Json;

namespace OpsMesh.Sidecar.Secrets;

/// <summary>secretstores.local.file: the leaves of a JSON file, named by their paths. It is read once.</summary>
internal sealed class FileSecrets : ISecretStore
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _secrets = new(StringComparer.Ordinal);

    /// <param name="isMultiValued">A secret is a member of the file: a text, or an object with all of its leaves.</param>
    /// <exception cref="JsonException">The file is no JSON object.</exception>
    public FileSecrets(string json, string separator, bool isMultiValued)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("The file is no JSON object.");
        }

        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (isMultiValued && member.Value.ValueKind == JsonValueKind.Object)
            {
                _secrets.TryAdd(member.Name, Leaves(member.Value, "", separator).ToDictionary(StringComparer.Ordinal));
            }
            else if (!isMultiValued || member.Value.ValueKind == JsonValueKind.String)
            {
                foreach (var (name, value) in Leaves(member.Value, member.Name, separator))
                {
                    _secrets.TryAdd(name, new Dictionary<string, string> { [name] = value });
                }
            }
        }
    }

    public IReadOnlyDictionary<string, string>? Find(string key) => _secrets.GetValueOrDefault(key);

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All() => _secrets;

    private static IEnumerable<KeyValuePair<string, string>> Leaves(JsonElement element, string name, string separator) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(m => Leaves(m.Value, Below(name, m.Name, separator), separator)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((v, i) => Leaves(v, Below(name, i.ToString(CultureInfo.InvariantCulture), separator), separator)),
        _ => [KeyValuePair.Create(name, Text(element))],
    };

    /// <summary>Values that are no texts come out as Go's formatter shows its surprise.</summary>
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => $"%!s(float64={value.GetDouble().ToString("R", CultureInfo.InvariantCulture)})",
        JsonValueKind.Null => "%!s(<nil>)",
        _ => $"%!s(bool={value.GetRawText()})",
    };

    private static string Below(string name, string member, string separator) => name.Length == 0 ? member : name + separator + member;
}
