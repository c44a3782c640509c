using System.Diagnostics;
using System.Text.Json;

namespace OpsMesh.Cli.Testing;

/// <summary>Runs the tests of one built project in a process of its own.</summary>
internal sealed class TestProject(string name, string? filter, string results, TimeProvider clock)
{
    private const int NoTests = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public string Name => name;

    /// <summary>Variables that its process has beside ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public async Task<TestOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        var assembly = Repository.Assembly(name);
        if (!File.Exists(assembly))
        {
            return TestOutcome.Broken(name, $"is not built: {assembly} is missing", TimeSpan.Zero);
        }

        var report = Path.Combine(results, name + ".json");
        var log = Path.Combine(results, name + ".log");
        File.Delete(report);
        using var limit = new CancellationTokenSource(Limit, clock);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var process = Process.Start(Start(assembly, log)) ?? throw new InvalidOperationException("No process came of the start.");
        try
        {
            await process.WaitForExitAsync(due.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return TestOutcome.Broken(name, $"did not end within {Limit.TotalMinutes:0} min\n{Tail(log)}", clock.GetElapsedTime(since));
        }

        return Read(process.ExitCode, report, log, clock.GetElapsedTime(since));
    }

    private ProcessStartInfo Start(string assembly, string log)
    {
        // Output goes to a file: a child that a test left behind must not keep a pipe of ours open.
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, WorkingDirectory = Repository.Root };
        string[] selection = filter is null ? [] : ["--filter-method", $"*{filter}*"];
        string[] report = ["--report-ctrf", "--report-ctrf-filename", name + ".json", "--results-directory", results, "--no-ansi", "--no-progress"];
        foreach (var argument in (string[])["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, DotnetHost.Path, assembly, .. report, .. selection])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (variable, value) in Environment)
        {
            start.Environment[variable] = value;
        }

        return start;
    }

    private TestOutcome Read(int exitCode, string report, string log, TimeSpan took)
    {
        if (exitCode == NoTests)
        {
            return new TestOutcome(name, 0, [], [], took);
        }

        try
        {
            var outcome = TestReport.Read(name, report, took);
            return exitCode == 0 || outcome.Failures.Count > 0
                ? outcome
                : outcome with { Failures = [(name, $"ended with exit code {exitCode}\n{Tail(log)}")] };
        }
        catch (Exception broken) when (broken is IOException or JsonException or KeyNotFoundException)
        {
            return TestOutcome.Broken(name, $"ended with exit code {exitCode} and without a report\n{Tail(log)}", took);
        }
    }

    private static string Tail(string log) => File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(40)) : "";
}
