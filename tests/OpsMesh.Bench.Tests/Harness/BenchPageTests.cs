namespace OpsMesh.Bench.Harness;

public sealed class BenchPageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-bench-page-").FullName;

    [Fact]
    public async Task SecondRun_RenewsItsOwnSectionOnly()
    {
        var file = Path.Combine(_folder, "benchmarks.md");
        var page = new BenchPage(file);

        page.Write("grpc", "old figures");
        page.Write("dapr", "other figures");
        page.Write("grpc", "new figures");

        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("old figures", text, StringComparison.Ordinal);
        Assert.Contains("new figures", text, StringComparison.Ordinal);
        Assert.Contains("other figures", text, StringComparison.Ordinal);
        Assert.StartsWith("# Benchmarks", text, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
