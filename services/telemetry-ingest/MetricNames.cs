using System.Text.RegularExpressions;

namespace OpsMesh.TelemetryIngest;

/// <summary>How metric types, value names and node ids are spelled.</summary>
internal static partial class MetricNames
{
    public const string TypeRule = "[a-z0-9][a-z0-9.:_-]{0,127}";
    public const string ValueRule = "[a-z0-9][a-z0-9._-]{0,62}";

    public static bool IsType(string type) => TypePattern().IsMatch(type);

    public static bool IsValueName(string name) => ValuePattern().IsMatch(name);

    [GeneratedRegex($@"^{TypeRule}\z")]
    private static partial Regex TypePattern();

    [GeneratedRegex($@"^{ValueRule}\z")]
    private static partial Regex ValuePattern();
}
