using System.Text.Json.Serialization;

namespace OpsMesh.Console.Problems;

/// <summary>RFC 9457 problem details with OpsMesh's typed reason.</summary>
/// <param name="Type">URN of the reason; what it says stands in docs/errors.md.</param>
/// <param name="Reason">Stable word for programs.</param>
internal sealed record Problem(
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("title")] string Title,
    [property: JsonPropertyName("status")] int Status,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("reason")] string Reason)
{
    public const string ContentType = "application/problem+json";

    /// <summary>Path of the offending field; absent when no single one is to blame.</summary>
    [JsonPropertyName("field")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [JsonPropertyName("trace_id")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }

    /// <summary>When trying again makes sense, in milliseconds.</summary>
    [JsonPropertyName("retry_after_ms")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? RetryAfterMs { get; init; }

    public static Problem Of(int status, string reason, string detail) =>
        new($"urn:opsmesh:reason:{reason}", HttpStatuses.TitleOf(status), status, detail, reason);

    public static Problem Of(Failure failure) => Of(HttpStatuses.Of(failure), failure.Reason, failure.Message) with
    {
        Field = failure.Field,
        RetryAfterMs = failure.RetryAfter is { } delay ? (long)delay.TotalMilliseconds : null,
    };
}
