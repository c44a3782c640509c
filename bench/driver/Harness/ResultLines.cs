using System.Text.Json.Nodes;

namespace OpsMesh.Bench.Harness;

/// <summary>One JSON object a line. Ratios are ours to the peer's: of medians, and of operations per CPU second.</summary>
internal static class ResultLines
{
    public static string Of(Result result) => new JsonObject
    {
        ["bench"] = result.Bench,
        ["case"] = result.Case,
        ["value"] = Rounded(result.Value.Median),
        ["unit"] = result.Unit,
        ["peer"] = result.Peer?.Name,
        ["ratio"] = Rounded(result.Ratio),
        ["goal"] = result.Goal?.Bound,
        ["pass"] = result.Verdict is { } verdict ? verdict == Verdict.Pass : null,
        ["verdict"] = result.Verdict?.ToString().ToLowerInvariant(),
        ["min"] = Rounded(result.Value.Least),
        ["max"] = Rounded(result.Value.Most),
        ["peer_value"] = Rounded(result.Peer?.Value.Median),
        ["cpu_us"] = Rounded(result.CpuMicros),
        ["peer_cpu_us"] = Rounded(result.Peer?.CpuMicros),
        ["cpu_ratio"] = Rounded(result.CpuRatio),
    }.ToJsonString();

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, number >= 100 ? 0 : 3) : null;
}
