namespace OpsMesh.Cli.Testing;

public sealed class TestReportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Report_IsCountedWithItsReasons()
    {
        var outcome = Read("""
            {"results":{"tests":[
              {"name":"A.Passes","status":"passed"},
              {"name":"A.Skips","status":"skipped","message":"no chromium"},
              {"name":"A.Fails(x: \\\"1\\\")","status":"failed","message":"boom","trace":"at A"}]}}
            """);

        Assert.Equal(1, outcome.Passed);
        Assert.Equal([("A.Skips", "no chromium")], outcome.Skips);
        Assert.Equal([("A.Fails(x: \"1\")", "boom\nat A")], outcome.Failures);
    }

    [Fact]
    public void FailureOutsideATest_IsAFailure()
    {
        var outcome = Read("""{"results":{"tests":[{"name":"A","status":"passed"}],"extra":{"suites":[{"errors":["fixture broke"]}]}}}""");

        Assert.Equal("fixture broke", Assert.Single(outcome.Failures).Text);
    }

    private TestOutcome Read(string json) => TestReport.Read("A.Tests", _folder.Write("r.json", json), TimeSpan.Zero);
}
