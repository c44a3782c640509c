using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Load;

public sealed class H2loadReportTests
{
    private const string Good = """
        finished in 2.00s, 327012.50 req/s, 12.65MB/s
        requests: 654025 total, 654425 started, 654025 done, 654025 succeeded, 0 failed, 0 errored, 0 timeout
        status codes: 654025 2xx, 0 3xx, 0 4xx, 0 5xx
        """;

    [Fact]
    public void Report_GivesRequestsAndRate()
    {
        Assert.Equal(new H2loadReport(654_025, 327_012.5), H2loadReport.Parse(Good));
    }

    [Theory]
    [InlineData("654025 2xx, 0 3xx", "0 2xx, 654025 3xx")]
    [InlineData("0 failed", "3 failed")]
    [InlineData("0 timeout", "3 timeout")]
    [InlineData("finished in", "started at")]
    public void ReportOfFailures_IsRefused(string text, string otherwise)
    {
        Assert.Throws<BenchException>(() => H2loadReport.Parse(Good.Replace(text, otherwise, StringComparison.Ordinal)));
    }
}
