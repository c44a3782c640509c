using System.Text.Json;
using System.Text.Json.Serialization;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>What `status` and `down` know of a process that `up` started: run/&lt;process&gt;.json, 0600.</summary>
internal sealed record RunRecord
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    public required int Pid { get; init; }

    /// <summary>Clock ticks from boot to its start; with the pid and the boot its identity.</summary>
    public required long StartTicks { get; init; }

    public required string BootId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public SortedDictionary<string, int> Ports { get; init; } = [];

    public string? ReadyUrl { get; init; }

    public string? NodeId { get; init; }

    public string? Log { get; init; }

    /// <summary>Of the console only: where it is, and the operator's token for whoever may read this file.</summary>
    public string? Url { get; init; }

    public string? Token { get; init; }

    [JsonIgnore]
    public ProcessKind ProcessKind => Enum.TryParse<ProcessKind>(Kind, ignoreCase: true, out var kind) ? kind : default;

    [JsonIgnore]
    public ProcessStamp Stamp => new(Pid, StartTicks);

    [JsonIgnore]
    public bool IsAlive => BootId == CurrentBoot && Stamp.IsAlive;

    public static string CurrentBoot { get; } = File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    public void Write(MeshLayout layout) => MeshLayout.WritePrivate(layout.RunFile(Name), JsonSerializer.Serialize(this, RunRecordJson.Default.RunRecord));

    /// <summary>Null when there is none or it cannot be read.</summary>
    public static RunRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), RunRecordJson.Default.RunRecord);
        }
        catch (Exception bad) when (bad is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All records of a data folder, oldest first; the one of `up` itself is left out.</summary>
    public static List<RunRecord> All(MeshLayout layout) => !Directory.Exists(layout.Run)
        ? []
        : [.. Directory.GetFiles(layout.Run, "*.json").Select(Read).OfType<RunRecord>().Where(r => r.Kind != UpKind).OrderBy(r => r.StartedAt)];

    public static RunRecord? Up(MeshLayout layout) => Read(layout.RunFile("up")) is { } up && up.IsAlive ? up : null;

    public const string UpKind = "up";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(List<RunRecord>))]
internal sealed partial class RunRecordJson : JsonSerializerContext;
