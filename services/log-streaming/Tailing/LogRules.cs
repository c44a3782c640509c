using System.Globalization;
using System.Text.RegularExpressions;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.LogStreaming.Tailing;

/// <summary>What a request for logs must look like before a node is asked.</summary>
internal static partial class LogRules
{
    public const int DefaultLines = 100;
    public const int MostLines = 1_000;

    private const int LongestFilter = 1_000;

    /// <returns>Null when it may go on; else Invalid (FIELD_REQUIRED, FIELD_FORMAT, NAME_CHARSET).</returns>
    public static Failure? Target(string nodeId, string agentId) => Ids.CheckUuid(nodeId, "node_id") ?? Ids.CheckName(agentId, "agent_id");

    /// <returns>Null when within 0 to 1,000; else Invalid (OUT_OF_RANGE).</returns>
    public static Failure? Lines(int lines, string field) => lines is >= 0 and <= MostLines
        ? null
        : new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"{field} must be 0 to {MostLines}.") { Field = field };

    /// <returns>Null when it can be executed; else Invalid (FIELD_FORMAT, OUT_OF_RANGE, UNKNOWN_ENUM, TIME_OUT_OF_RANGE).</returns>
    public static Failure? Query(LogQuery query) => Cursor(query.Cursor) ?? Filter(query) ?? Stream(query) ?? Times(query);

    /// <returns>Null when absent or known; else Invalid (UNKNOWN_ENUM).</returns>
    public static Failure? Direction(bool given, LogDirection direction) =>
        !given || direction is LogDirection.Forward or LogDirection.Backward ? null : UnknownEnum("direction");

    private static Failure? Cursor(string cursor) =>
        cursor.Length == 0
        || (cursor.Split(':') is [var epoch, var offset]
            && ulong.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? null
            : Format("cursor", "one that a former answer gave");

    private static Failure? Filter(LogQuery query)
    {
        var (text, field) = query.FilterCase switch
        {
            LogQuery.FilterOneofCase.Contains => (query.Contains, "contains"),
            LogQuery.FilterOneofCase.Regex => (query.Regex, "regex"),
            _ => ("", ""),
        };
        if (text.Length > LongestFilter)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"{field} must have at most {LongestFilter} characters.") { Field = field };
        }

        if (query.FilterCase != LogQuery.FilterOneofCase.Regex)
        {
            return null;
        }

        try
        {
            // Only its syntax: the node executes it. Without backtracking no pattern takes more than linear time.
            _ = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"regex cannot be used: {e.Message}") { Field = "regex" };
        }
    }

    private static Failure? Stream(LogQuery query) =>
        !query.HasStream || query.Stream is LogStream.Stdout or LogStream.Stderr ? null : UnknownEnum("stream");

    private static Failure? Times(LogQuery query)
    {
        if ((Time(query.Since, "since") ?? Time(query.Until, "until")) is { } refusal)
        {
            return refusal;
        }

        return query is { Since: { } since, Until: { } until } && since > until
            ? new Failure(FailureKind.Invalid, Reasons.TimeOutOfRange, "since must not be after until.") { Field = "since" }
            : null;
    }

    private static Failure? Time(Google.Protobuf.WellKnownTypes.Timestamp? time, string field)
    {
        try
        {
            _ = time?.ToDateTimeOffset();
            return null;
        }
        catch (InvalidOperationException)
        {
            return new Failure(FailureKind.Invalid, Reasons.TimeOutOfRange, $"{field} is no time between the years 1 and 9999.") { Field = field };
        }
    }

    private static Failure Format(string field, string words) =>
        new(FailureKind.Invalid, Reasons.FieldFormat, $"{field} must be {words}.") { Field = field };

    private static Failure UnknownEnum(string field) =>
        new(FailureKind.Invalid, Reasons.UnknownEnum, $"{field} has a value that is not known here.") { Field = field };
}
