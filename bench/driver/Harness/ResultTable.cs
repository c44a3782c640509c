namespace OpsMesh.Bench.Harness;

/// <summary>The same columns for eyes in a terminal and for a Markdown page.</summary>
internal static class ResultTable
{
    private static readonly string[] Heads =
        ["case", "unit", "median", "min..max", "CPU us", "beside", "its median", "its CPU us", "ratio", "CPU ratio", "goal", ""];

    public static IEnumerable<string> Text(IReadOnlyList<Result> results)
    {
        var rows = results.Select(Cells).Prepend(Heads).ToList();
        var widths = Heads.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    public static IEnumerable<string> Markdown(IReadOnlyList<Result> results) =>
        results.Select(Cells).Prepend([.. Heads.Select(_ => "---")]).Prepend(Heads).Select(row => $"| {string.Join(" | ", row)} |");

    private static string[] Cells(Result result) =>
    [
        result.Case,
        result.Unit,
        Figures.Of(result.Value.Median),
        $"{Figures.Of(result.Value.Least)}..{Figures.Of(result.Value.Most)}",
        Maybe(result.CpuMicros),
        result.Peer?.Name ?? "",
        Maybe(result.Peer?.Value.Median),
        Maybe(result.Peer?.CpuMicros),
        Maybe(result.Ratio),
        Maybe(result.CpuRatio),
        result.Goal is { } goal ? (result.GoalIsRatio ? "ratio " : "") + goal : "",
        result.Verdict switch
        {
            null => "",
            Verdict.Pass => "pass",
            Verdict.Near => "near",
            _ => "MISS",
        },
    ];

    private static string Maybe(double? value) => value is { } number ? Figures.Of(number) : "";
}
