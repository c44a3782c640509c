using System.Text.Json.Serialization;

namespace OpsMesh.Console.Traces;

/// <summary>One finished span as the API shows it.</summary>
internal sealed record SpanRecord
{
    /// <summary>32 hex digits, lower case.</summary>
    [JsonPropertyName("trace_id")]
    public required string TraceId { get; init; }

    /// <summary>16 hex digits.</summary>
    [JsonPropertyName("span_id")]
    public required string SpanId { get; init; }

    /// <summary>Empty for a root.</summary>
    [JsonPropertyName("parent_span_id")]
    public required string ParentSpanId { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>INTERNAL, SERVER, CLIENT, PRODUCER or CONSUMER.</summary>
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>service.name of the process; "unknown" when it did not say.</summary>
    [JsonPropertyName("service")]
    public required string Service { get; init; }

    /// <summary>process.pid; null when it did not say.</summary>
    [JsonPropertyName("pid")]
    public required long? Pid { get; init; }

    // Not required: the serializer refuses a member that is both required and ignored.
    [JsonIgnore]
    public ulong StartNano { get; init; }

    [JsonIgnore]
    public ulong EndNano { get; init; }

    [JsonPropertyName("start_time")]
    public string StartTime => UnixNano.ToText(StartNano);

    [JsonPropertyName("end_time")]
    public string EndTime => UnixNano.ToText(EndNano);

    [JsonPropertyName("duration_ms")]
    public double DurationMs => EndNano > StartNano ? (EndNano - StartNano) / 1e6 : 0;

    /// <summary>UNSET, OK or ERROR.</summary>
    [JsonPropertyName("status")]
    public required string Status { get; init; }

    [JsonPropertyName("status_message")]
    public required string StatusMessage { get; init; }

    [JsonPropertyName("attributes")]
    public required IReadOnlyDictionary<string, object?> Attributes { get; init; }
}
