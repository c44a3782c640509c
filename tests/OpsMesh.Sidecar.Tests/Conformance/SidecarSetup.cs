using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>How one sidecar of a set-up is started. Texts may hold <c>&lt;dir&gt;</c>, which stands for <see cref="Folder"/>.</summary>
internal sealed record SidecarSetup(string AppId, string Folder)
{
    /// <summary>YAML by file name without extension.</summary>
    public IReadOnlyDictionary<string, string> Resources { get; init; } = new Dictionary<string, string>();

    /// <summary>The Configuration, as text; null: none.</summary>
    public string? Config { get; init; }

    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Where the sidecar is.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The set-up on a redis server of this run.</summary>
    public SidecarSetup On(TestRedis redis) => this with
    {
        Resources = Resources.ToDictionary(r => r.Key, r => System.Text.RegularExpressions.Regex.Replace(r.Value, @"127\.0\.0\.1:2190\d", $"127.0.0.1:{redis.Port}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)), StringComparer.Ordinal),
    };

    /// <summary>One of recorded/state-setups.json. Its files are written into <see cref="Folder"/>/<paramref name="files"/>.</summary>
    public static SidecarSetup Named(string name, string folder, string files = ".")
    {
        var json = Recordings.Setup(name);
        foreach (var (file, content) in json["files"]?.AsObject() ?? [])
        {
            var path = Path.Combine(folder, files, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content!.ToJsonString());
        }

        return new SidecarSetup(json["appId"]!.GetValue<string>(), folder)
        {
            Resources = Texts(json["resources"]),
            Config = json["config"]?.GetValue<string>(),
            Args = [.. (json["args"]?.AsArray() ?? []).Select(a => a!.GetValue<string>())],
            Environment = Texts(json["env"]),
        };
    }

    private static Dictionary<string, string> Texts(JsonNode? map) =>
        (map?.AsObject() ?? []).ToDictionary(m => m.Key, m => m.Value!.GetValue<string>(), StringComparer.Ordinal);
}
