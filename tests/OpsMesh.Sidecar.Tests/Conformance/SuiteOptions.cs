namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>What of the suite runs; <c>./opsmesh conformance dapr</c> sets the variables.</summary>
/// <param name="Area">Part of a case's name or area; null: all.</param>
/// <param name="WithSlow">Also cases that took daprd more than 4 s.</param>
/// <param name="Report">File for the outcome; null: none.</param>
internal sealed record SuiteOptions(string? Area, bool WithSlow, string? Report)
{
    public static SuiteOptions FromEnvironment() => new(
        Text("OPSMESH_CONFORMANCE_AREA"), Text("OPSMESH_CONFORMANCE_ALL") is not null, Text("OPSMESH_CONFORMANCE_REPORT"));

    public bool Selects(RecordedCase recorded) =>
        Area is null || recorded.Area.Contains(Area, StringComparison.Ordinal) || recorded.Name.Contains(Area, StringComparison.Ordinal);

    private static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
