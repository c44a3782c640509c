using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OpsMesh.Cli;

/// <summary>Lengths of time as people type them: 90s, 5m, 1h30m, 2d.</summary>
internal static partial class Durations
{
    /// <returns>Null when it is none, or zero.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            return null;
        }

        double Part(string name) => match.Groups[name] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        var seconds = (((((Part("d") * 24) + Part("h")) * 60) + Part("m")) * 60) + Part("s");
        return seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>At least a second. Null when it was not given; the description says what holds then.</summary>
    public static Option<TimeSpan?> Option(string name, string description) => new(name) { Description = description, HelpName = "DURATION", CustomParser = Parse };

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens is [var token] ? token.Value : "";
        var span = Parse(text);
        if (span is null || span < TimeSpan.FromSeconds(1))
        {
            result.AddError($"'{text}' is no length of time from 1 s to 31 years; write 90s, 5m, 1h30m or 2d");
        }

        return span;
    }

    [GeneratedRegex(@"\A(?=.)((?<d>\d{1,4})d)?((?<h>\d{1,5})h)?((?<m>\d{1,6})m)?((?<s>\d{1,8}(\.\d{1,3})?)s)?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
