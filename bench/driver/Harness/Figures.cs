using System.Globalization;

namespace OpsMesh.Bench.Harness;

/// <summary>Numbers as a person reads them: no more digits than mean something.</summary>
internal static class Figures
{
    public static string Of(double value) => value.ToString(
        Math.Abs(value) switch
        {
            >= 100 => "N0",
            >= 10 => "0.0",
            _ => "0.00",
        },
        CultureInfo.InvariantCulture);
}
