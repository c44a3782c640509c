using OpsMesh.Sidecar.Tests.Conformance.Parts;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Replays what a real daprd answered. <c>./opsmesh conformance dapr</c> runs it alone and shows the table.</summary>
public sealed class ConformanceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRecordedCase_IsAnsweredAlikeOrIsAKnownDeviation()
    {
        var options = SuiteOptions.FromEnvironment();
        var suite = new ConformanceSuite(ReplayParts.All(), OutOfScope.Read(), Deviations.Read(), options);

        var outcomes = await suite.RunAsync(Recordings.All(), Cancellation);

        if (options.Report is { } report)
        {
            await File.WriteAllTextAsync(report, ConformanceReport.Json(outcomes), Cancellation);
            await File.WriteAllTextAsync(report + ".txt", ConformanceReport.Text(outcomes) + "\n", Cancellation);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(ConformanceReport.Text(outcomes));
        Assert.False(outcomes.Any(ConformanceReport.IsFailure), ConformanceReport.Text(outcomes));
        Assert.NotEmpty(outcomes);
    }

    [Fact]
    public void ListsOfExceptions_NameOnlyRecordedCases()
    {
        var cases = Recordings.All();
        var outOfScope = OutOfScope.Read();
        var left = cases.Where(c => outOfScope.AreaOf(c) is null).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(outOfScope.Idle(cases));
        Assert.DoesNotContain(Deviations.Read().Names, n => !left.Contains(n));
        Assert.InRange(cases.Count - left.Count, 0, 780);
    }
}
