using System.Text.Json;
using System.Text.Json.Serialization;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Misbehaviour;

/// <summary>
/// The rules of a file (<c>--misbehaviour</c>), read again when it has changed, so that a test can switch them while the mesh runs. A file that is
/// not there holds no rules. One that cannot be read leaves the last rules in force.
/// </summary>
internal sealed partial class MisbehaviourFile
{
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromMilliseconds(200);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private (DateTime Written, long Length) _version;
    private List<MisbehaviourRule> _rules;

    /// <exception cref="PlanException">The file is there and cannot be used.</exception>
    public MisbehaviourFile(string path, ILogger logger)
    {
        (_path, _logger) = (path, logger);
        _version = VersionOf(path);
        _rules = Read(path);
    }

    /// <summary>The rule that strikes this call; null: it goes as it should.</summary>
    public MisbehaviourRule? Next(string component, Deed deed)
    {
        Refresh();
        return _rules.FirstOrDefault(r => r.Strikes(component, deed));
    }

    private void Refresh()
    {
        var version = VersionOf(_path);
        if (version == _version)
        {
            return;
        }

        lock (_gate)
        {
            if (version == _version)
            {
                return;
            }

            _version = version;
            try
            {
                _rules = Read(_path);
                LogRead(_path, _rules.Count);
            }
            catch (PlanException e)
            {
                LogUnusable(e.Message);
            }
        }
    }

    private static (DateTime Written, long Length) VersionOf(string path) => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private static List<MisbehaviourRule> Read(string path)
    {
        try
        {
            return [.. (JsonSerializer.Deserialize<List<Entry>>(File.ReadAllText(path), Json) ?? []).Select((e, i) => ToRule(e, $"{path}: [{i}]"))];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new PlanException($"{path}: {e.Message}");
        }
    }

    private static MisbehaviourRule ToRule(Entry entry, string place)
    {
        if ((entry.On, entry.Do) is (not Deed.Publish, Misdeed.Reorder) or (Deed.Read, Misdeed.Duplicate or Misdeed.DropAfterAck))
        {
            throw new PlanException($"{place}: {entry.Do} has no meaning for {entry.On}");
        }

        if (entry is { Every: < 1 } or { Times: < 0 })
        {
            throw new PlanException($"{place}: every must be at least 1, times at least 0");
        }

        var delay = entry.Delay is null ? DefaultDelay : GoDuration.Parse(entry.Delay) is { } given && given >= TimeSpan.Zero ? given
            : throw new PlanException($"{place}.delay: '{entry.Delay}' is no duration such as 200ms");
        return new MisbehaviourRule(entry.On, entry.Do, entry.Component, entry.Every, entry.Times, delay);
    }

    [LoggerMessage(LogLevel.Warning, "This sidecar misbehaves on purpose: {File} has {Rules} rules")]
    private partial void LogRead(string file, int rules);

    [LoggerMessage(LogLevel.Error, "{Problem}; the rules before stay in force")]
    private partial void LogUnusable(string problem);

    private sealed record Entry
    {
        public required Deed On { get; init; }

        public required Misdeed Do { get; init; }

        public string? Component { get; init; }

        public int Every { get; init; } = 1;

        public int? Times { get; init; }

        public string? Delay { get; init; }
    }
}
