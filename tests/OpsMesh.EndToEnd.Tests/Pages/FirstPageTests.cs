using System.Diagnostics;
using OpsMesh.EndToEnd.Mesh;
using OpsMesh.Testing;

namespace OpsMesh.EndToEnd.Pages;

/// <summary>The console's first page in a real browser against a real mesh. The steps stand in tests/Browser/first-page.mjs.</summary>
public sealed class FirstPageTests(MeshFixture mesh)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly string Scripts = Path.Combine(RepositoryRoot.Find(), "tests", "Browser");
    private static readonly string Pictures = Path.Combine(RepositoryRoot.Find(), "artifacts", "screenshots");

    [Fact]
    public async Task FirstPage_ShowsTheFleetRestartsAnAgentAndFollowsItsLog()
    {
        var chromium = OnPath("chromium");
        Assert.SkipWhen(chromium is null, "chromium is not installed; ./opsmesh test installs it");
        Assert.SkipWhen(OnPath("npm") is null, "npm is not installed; ./opsmesh test installs it");
        var (installed, installing) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], []);
        Assert.True(installed == 0, installing);

        var (exitCode, steps) = await RunAsync("node", ["first-page.mjs"], new()
        {
            ["OPSMESH_URL"] = mesh.Rest.BaseAddress!.GetLeftPart(UriPartial.Authority),
            ["OPSMESH_TOKEN"] = mesh.Rest.DefaultRequestHeaders.Authorization!.Parameter!,
            ["OPSMESH_AGENT"] = "game",
            ["OPSMESH_LOG_AGENT"] = "chat",
            ["OPSMESH_SCREENSHOTS"] = Pictures,
            ["CHROMIUM"] = chromium!,
        });

        Assert.True(exitCode == 0, steps);
        Assert.True(File.Exists(Path.Combine(Pictures, "nodes.png")), $"no picture in {Pictures}");
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Scripts, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
