using System.Globalization;

namespace OpsMesh.Bench.Harness;

/// <summary>Pins a process with taskset: two programs that move between cores disturb each other more than they differ.</summary>
internal static class Cores
{
    public static bool CanPin { get; } = Environment.ProcessorCount >= 2 && Tools.IsOnPath("taskset");

    public static IEnumerable<string> Wrap(Placement placement, IEnumerable<string> command) =>
        CanPin && placement != Placement.Anywhere
            ? ["taskset", "-c", Number(placement).ToString(CultureInfo.InvariantCulture), .. command]
            : command;

    private static int Number(Placement placement) => placement == Placement.Measured ? 0 : 1;
}
