using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Testing;

/// <summary>Runs the conformance suite alone. It is a test like the others; this one asks it for its report.</summary>
internal sealed class ConformanceRunner(string? area, bool all, TimeProvider clock)
{
    private const string Project = "OpsMesh.Sidecar.Tests";

    public async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        await new TestNeeds(new Progress(Progress.Console(Console.Error, Console.IsErrorRedirected), clock)).InstallAsync(cancellationToken);
        var results = Path.Combine(Repository.Root, "artifacts", "conformance");
        Directory.CreateDirectory(results);
        var report = Path.Combine(results, "dapr.json");
        File.Delete(report);
        File.Delete(report + ".txt");
        var environment = new Dictionary<string, string>
        {
            ["OPSMESH_CONFORMANCE_AREA"] = area ?? "",
            ["OPSMESH_CONFORMANCE_ALL"] = all ? "true" : "",
            ["OPSMESH_CONFORMANCE_REPORT"] = report,
        };
        var outcome = await new TestProject(Project, "EveryRecordedCase_", results, clock) { Environment = environment }.RunAsync(cancellationToken);
        var shown = json ? report : report + ".txt";
        if (!File.Exists(shown))
        {
            throw new CliException(ExitCodes.Failed, $"The suite came to no result: {string.Join('\n', outcome.Failures.Select(f => f.Text))}");
        }

        await Console.Out.WriteAsync(await File.ReadAllTextAsync(shown, cancellationToken));
        return outcome.Failures.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
