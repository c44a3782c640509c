using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

/// <summary>Lines of the sample's log mode, each of which carries its number.</summary>
internal static partial class NumberedLines
{
    /// <summary>The numbers of the lines, in their order.</summary>
    public static List<long> Read(IEnumerable<JsonElement> lines) =>
        [.. lines.Select(l => Number().Match(l.Text("text"))).Where(m => m.Success).Select(m => long.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];

    /// <exception cref="SmokeException">A number is missing or there twice.</exception>
    public static void MustBeWhole(IReadOnlyList<long> numbers, string where)
    {
        for (var i = 1; i < numbers.Count; i++)
        {
            if (numbers[i] != numbers[i - 1] + 1)
            {
                throw new SmokeException($"{where}: line {numbers[i]} follows line {numbers[i - 1]}");
            }
        }
    }

    [GeneratedRegex(@" n=(\d+) ")]
    private static partial Regex Number();
}
