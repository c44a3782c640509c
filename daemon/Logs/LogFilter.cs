using System.Text;
using System.Text.RegularExpressions;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

/// <summary>Which lines are wanted by their text.</summary>
internal sealed class LogFilter
{
    private const int LongestPattern = 1000;

    private readonly byte[]? _contains;
    private readonly Regex? _regex;

    private LogFilter(byte[]? contains, Regex? regex) => (_contains, _regex) = (contains, regex);

    public static Outcome<LogFilter> From(LogQuery query)
    {
        var text = query.FilterCase switch
        {
            LogQuery.FilterOneofCase.Contains => query.Contains,
            LogQuery.FilterOneofCase.Regex => query.Regex,
            _ => "",
        };
        var field = query.FilterCase == LogQuery.FilterOneofCase.Regex ? "query.regex" : "query.contains";
        if (text.Length > LongestPattern)
        {
            return new Failure(FailureKind.Invalid, Reasons.OutOfRange, $"A filter has at most {LongestPattern} characters.") { Field = field };
        }

        if (text.Length == 0)
        {
            return new LogFilter(null, null);
        }

        if (query.FilterCase == LogQuery.FilterOneofCase.Contains)
        {
            return new LogFilter(Encoding.UTF8.GetBytes(text), null);
        }

        try
        {
            // Without backtracking no pattern takes more than linear time.
            return new LogFilter(null, new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception bad) when (bad is ArgumentException or NotSupportedException)
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, $"The regular expression cannot be used: {bad.Message}") { Field = field };
        }
    }

    public bool Matches(ReadOnlySpan<byte> line) => (_contains, _regex) switch
    {
        (not null, _) => line.IndexOf(_contains) >= 0,
        (_, not null) => _regex.IsMatch(Encoding.UTF8.GetString(line)),
        _ => true,
    };
}
