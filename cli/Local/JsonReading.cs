using System.Globalization;
using System.Text.Json;

namespace OpsMesh.Cli.Local;

/// <summary>Short ways into the console's JSON. An absent field reads as empty: fields may be added and left out.</summary>
internal static class JsonReading
{
    public static IEnumerable<JsonElement> Items(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static string Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value.ToString() : "";

    /// <summary>Numbers, and the strings in which 64-bit numbers travel.</summary>
    public static long Number(this JsonElement json, string name) =>
        long.TryParse(json.Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static double Real(this JsonElement json, string name) =>
        double.TryParse(json.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
