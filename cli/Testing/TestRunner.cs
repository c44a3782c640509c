using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Testing;

/// <summary>Runs every test project, a few at a time, and adds up. Nothing is tried twice.</summary>
internal sealed class TestRunner(string? filter, TimeProvider clock)
{
    private static readonly string[] Long = ["Cli", "Daemon", "EndToEnd", "Grpc", "Interop", "SegmentLog"];
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(20);

    private readonly Progress _progress = new(Progress.Console(), clock);
    private readonly bool _isCi = Environment.GetEnvironmentVariable("CI") == "true";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await new TestNeeds(_progress).InstallAsync(cancellationToken);
        var results = Path.Combine(Repository.Root, "artifacts", "test-results");
        Directory.CreateDirectory(results);
        var outcomes = await RunAllAsync(results, cancellationToken);
        return await ConcludeAsync(outcomes);
    }

    private async Task<List<TestOutcome>> RunAllAsync(string results, CancellationToken cancellationToken)
    {
        // The long ones first: the others then fill the second core, and the run ends when the longest does.
        var names = Directory.GetDirectories(Path.Combine(Repository.Root, "tests"), "*.Tests").Select(d => Path.GetFileName(d)!)
            .OrderBy(n => !Long.Any(l => n.Contains(l, StringComparison.Ordinal))).ThenBy(n => n, StringComparer.Ordinal);
        var waiting = new Queue<TestProject>(names.Select(n => new TestProject(n, filter, results, clock)));
        var running = new Dictionary<Task<TestOutcome>, string>();
        var outcomes = new List<TestOutcome>();
        while (waiting.Count > 0 || running.Count > 0)
        {
            while (waiting.Count > 0 && running.Count < Math.Max(2, Environment.ProcessorCount))
            {
                var next = waiting.Dequeue();
                running.Add(next.RunAsync(cancellationToken), next.Name);
            }

            var quiet = Task.Delay(SignOfLife, clock, cancellationToken);
            var first = await Task.WhenAny([.. running.Keys, quiet]);
            if (first is Task<TestOutcome> done)
            {
                running.Remove(done);
                outcomes.Add(await done);
                Show(outcomes[^1]);
            }
            else
            {
                cancellationToken.ThrowIfCancellationRequested();
                _progress.Note($"running {string.Join(", ", running.Values)}; {waiting.Count} to go");
            }
        }

        return outcomes;
    }

    private void Show(TestOutcome outcome)
    {
        var counts = $"{outcome.Project}: {outcome.Passed} passed{Count(outcome.Failures.Count, "failed")}{Count(outcome.Skips.Count, "skipped")} ({outcome.Took.TotalSeconds:0.0} s)";
        if (outcome.Failures.Count > 0)
        {
            _progress.Bad(counts);
        }
        else
        {
            _progress.Done(counts);
        }

        static string Count(int number, string word) => number > 0 ? $", {number} {word}" : "";
    }

    private async Task<int> ConcludeAsync(List<TestOutcome> outcomes)
    {
        var output = Console.Out;
        foreach (var (name, text) in outcomes.SelectMany(o => o.Failures))
        {
            await output.WriteLineAsync($"\nFAILED {name}\n  {text.Replace("\n", "\n  ", StringComparison.Ordinal)}");
        }

        foreach (var (name, reason) in outcomes.SelectMany(o => o.Skips))
        {
            await output.WriteLineAsync($"SKIPPED {name}: {reason}");
        }

        var (passed, failed, skipped) = (outcomes.Sum(o => o.Passed), outcomes.Sum(o => o.Failures.Count), outcomes.Sum(o => o.Skips.Count));
        if (passed + failed + skipped == 0)
        {
            await output.WriteLineAsync("No test matches: a run without tests is a failure.");
        }

        if (_isCi && skipped > 0)
        {
            await output.WriteLineAsync("CI=true: a skipped test is a failure.");
        }

        await output.WriteLineAsync($"\n{passed} passed, {failed} failed, {skipped} skipped");
        return failed > 0 || passed == 0 || (_isCi && skipped > 0) ? ExitCodes.Failed : ExitCodes.Ok;
    }
}
