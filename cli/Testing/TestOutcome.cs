namespace OpsMesh.Cli.Testing;

/// <summary>What one test project did.</summary>
/// <param name="Failures">Name and message of each.</param>
/// <param name="Skips">Name and reason of each.</param>
internal sealed record TestOutcome(string Project, int Passed, IReadOnlyList<(string Name, string Text)> Failures, IReadOnlyList<(string Name, string Text)> Skips, TimeSpan Took)
{
    public static TestOutcome Broken(string project, string why, TimeSpan took) => new(project, 0, [(project, why)], [], took);
}
