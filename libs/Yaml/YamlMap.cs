namespace OpsMesh.Yaml;

/// <summary>Keys and values in the order of the file; each key once.</summary>
public sealed class YamlMap : YamlNode
{
    private readonly Dictionary<string, YamlEntry> _byKey = new(StringComparer.Ordinal);
    private readonly List<YamlEntry> _entries = [];

    internal YamlMap(YamlPlace place)
        : base(place)
    {
    }

    public IReadOnlyList<YamlEntry> Entries => _entries;

    private protected override string Kind => "a map";

    /// <summary>The value; a key that is absent or has nothing behind it is an error.</summary>
    public YamlNode Required(string key) => Optional(key) ?? throw KeyError(key, "is required");

    /// <summary>The value, or null when the key is absent or has nothing behind it.</summary>
    public YamlNode? Optional(string key) => _byKey.TryGetValue(key, out var entry) && !entry.Value.IsNull ? entry.Value : null;

    /// <summary>Refuses every key that is not in <paramref name="known"/>, at its own line, with the nearest known one as a hint.</summary>
    public void RejectUnknown(params ReadOnlySpan<string> known)
    {
        foreach (var entry in _entries)
        {
            if (!known.Contains(entry.Key))
            {
                throw UnknownKey(entry, known);
            }
        }
    }

    /// <summary>A map whose values are all text, such as labels or an environment.</summary>
    public Dictionary<string, string> AsStrings() => _entries.ToDictionary(e => e.Key, e => e.Value.IsNull ? "" : e.Value.AsString(), StringComparer.Ordinal);

    internal bool TryAdd(YamlEntry entry)
    {
        if (!_byKey.TryAdd(entry.Key, entry))
        {
            return false;
        }

        _entries.Add(entry);
        return true;
    }

    private YamlException UnknownKey(YamlEntry entry, ReadOnlySpan<string> known)
    {
        var hint = YamlText.Nearest(entry.Key, known) is { } near ? $"; did you mean '{near}'?" : $"; known are {string.Join(", ", known)}";
        var path = Path.Length == 0 ? entry.Key : $"{Path}.{entry.Key}";
        return new YamlException(YamlProblem.Key, File, entry.Line, entry.Column, YamlText.Short(path), "unknown key" + hint);
    }
}
