using System.Text.Json.Serialization;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Supervision;

/// <summary>What the daemon knows of one agent; written down at each change, so that a new daemon goes on where the old one stopped.</summary>
internal sealed record AgentRecord
{
    public int Schema { get; init; } = 1;

    public AgentStatus Status { get; init; } = AgentStatus.Stopped;

    /// <summary>Whether it is meant to run. Null until the daemon or an operator first decided.</summary>
    public bool? Wanted { get; init; }

    /// <summary>Starts so far; also the epoch of its log.</summary>
    public ulong Generation { get; init; }

    public int RestartCount { get; init; }

    /// <summary>The running program; null when there is none.</summary>
    public ProcessIdentity? Process { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Last sign of life.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    public int? ExitCode { get; init; }

    public int Signal { get; init; }

    public string Message { get; init; } = "";

    /// <summary>Hash of the configuration that the program was last started with.</summary>
    public string ConfigHash { get; init; } = "";

    /// <summary>Trace of the command that caused the last change; empty when none did.</summary>
    public string Traceparent { get; init; } = "";
}

/// <summary>Which process it is, beyond doubt: a pid alone is used again.</summary>
/// <param name="Wrapper">The shell that waits for it and leads its session.</param>
internal sealed record ProcessIdentity(int Pid, ulong StartTicks, string BootId, int Wrapper, ulong WrapperStartTicks);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AgentRecord))]
internal sealed partial class AgentRecordJson : JsonSerializerContext;
