using System.Globalization;
using System.Text.Json.Nodes;

namespace OpsMesh.Cli.Remote;

/// <summary>Values of the API as people read them.</summary>
internal static class Words
{
    public static string Text(this JsonObject json, string name) => json[name]?.ToString() ?? "";

    /// <summary>NODE_STATE_ONLINE, prefix NODE_STATE_, is online.</summary>
    public static string Enum(this JsonObject json, string name, string prefix) =>
        json.Text(name).Replace(prefix, "", StringComparison.Ordinal).Replace('_', ' ').ToLowerInvariant();

    public static string Ago(DateTimeOffset? at, DateTimeOffset now) => at is { } then ? $"{Span(now - then)} ago" : "none yet";

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => Number(Math.Max(0, Math.Floor(span.TotalSeconds)), "s"),
        { TotalMinutes: < 60 } => Number(Math.Floor(span.TotalMinutes), "min"),
        { TotalHours: < 24 } => Number(Math.Floor(span.TotalHours), "h"),
        _ => Number(Math.Floor(span.TotalDays), "d"),
    };

    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return Number(bytes < 10 && unit > 0 ? Math.Round(bytes, 1) : Math.Round(bytes), units[unit]);
    }

    /// <summary>A value of a metric, by the unit that its name ends in.</summary>
    public static string Value(string name, double value) => name switch
    {
        _ when name.EndsWith("_percent", StringComparison.Ordinal) => Number(Math.Round(value, 1), "%"),
        _ when name.EndsWith("_bytes_per_second", StringComparison.Ordinal) => Bytes(value) + "/s",
        _ when name.EndsWith("_bytes", StringComparison.Ordinal) => Bytes(value),
        _ => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>One line of JSON for --json.</summary>
    public static void WriteJson(this TextWriter output, JsonNode json) => output.WriteLine(json.ToJsonString());

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value} {unit}");
}
