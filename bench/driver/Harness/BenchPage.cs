namespace OpsMesh.Bench.Harness;

/// <summary>docs/benchmarks.md. Each bench owns a section between two marks and leaves the others as they are.</summary>
internal sealed class BenchPage(string file)
{
    private const string Head = """
        # Benchmarks

        Written by `./opsmesh bench NAME --write`; edits by hand are lost. "ratio" is ours to what ran beside it in the same rounds, of medians;
        "CPU ratio" compares operations per CPU second of the measured process, and survives a noisy machine better. "near" is worse than the goal
        by less than a tenth; "MISS" is worse.

        """;

    public void Write(string bench, string section)
    {
        var (begin, end) = ($"<!-- bench {bench} -->", $"<!-- end of bench {bench} -->");
        var page = File.Exists(file) ? File.ReadAllText(file) : Head;
        var block = $"{begin}\n{section.Trim()}\n{end}\n";
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        page = from >= 0 && to > from
            ? page[..from] + block + page[(to + end.Length)..].TrimStart('\n')
            : $"{page.TrimEnd()}\n\n{block}";
        File.WriteAllText(file, page);
    }
}
