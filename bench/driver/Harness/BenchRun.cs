using System.Text;

namespace OpsMesh.Bench.Harness;

/// <summary>Runs the cases of a bench and reports.</summary>
internal sealed class BenchRun(string bench, BenchRequest request, Progress progress, TimeProvider clock)
{
    // Two cores: more than this, and something else is at work on them.
    private const double QuietLoad = 0.7;

    public async Task<int> RunAsync(IEnumerable<ICase> cases, string notes, CancellationToken cancellationToken)
    {
        var facts = MachineFacts.Lines(clock).ToList();
        var load = double.Parse(MachineFacts.Load(), System.Globalization.CultureInfo.InvariantCulture);
        if (load > QuietLoad)
        {
            progress.Say($"the machine is not idle (load {load:0.0}): trust ratios and CPU, not rates");
        }

        var results = new List<Result>();
        foreach (var one in cases.Where(one => request.Only is null || one.Name == request.Only))
        {
            var found = await one.RunAsync(cancellationToken);
            results.AddRange(found);
            if (request.AsJson)
            {
                foreach (var result in found)
                {
                    await Console.Out.WriteLineAsync(ResultLines.Of(result));
                }
            }
        }

        if (!request.AsJson)
        {
            foreach (var line in ResultTable.Text(results))
            {
                await Console.Out.WriteLineAsync(line);
            }
        }

        if (request.Writes)
        {
            var file = Path.Combine(Repository.Root, "docs", "benchmarks.md");
            new BenchPage(file).Write(bench, Section(results, facts, notes));
            progress.Say("docs/benchmarks.md written");
        }

        var missed = results.Count(result => result.Verdict == Verdict.Miss);
        progress.Say($"{results.Count(result => result.Goal is not null)} goals, {missed} missed");
        return missed == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private string Section(IReadOnlyList<Result> results, IEnumerable<string> facts, string notes) => new StringBuilder()
        .Append("## ").AppendLine(bench).AppendLine()
        .AppendJoin('\n', facts).AppendLine()
        .AppendLine($"- {request.Schedule.Rounds} rounds of {request.Schedule.Length.TotalSeconds:0.#} s in turn after {request.Schedule.WarmUp.TotalSeconds:0.#} s of warm-up each").AppendLine()
        .AppendJoin('\n', ResultTable.Markdown(results)).AppendLine().AppendLine()
        .Append(notes.Trim())
        .ToString();
}
