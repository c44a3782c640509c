using OpsMesh.EndToEnd.Mesh;
using OpsMesh.Testing;

namespace OpsMesh.EndToEnd.Pages;

/// <summary>The console's first page in a real browser against a real mesh. The steps stand in tests/Browser/first-page.mjs.</summary>
public sealed class FirstPageTests(MeshFixture mesh)
{
    private static readonly string Scripts = Path.Combine(RepositoryRoot.Find(), "tests", "Browser");
    private static readonly string Pictures = Path.Combine(RepositoryRoot.Find(), "artifacts", "screenshots");

    [Fact]
    public async Task FirstPage_ShowsTheFleetRestartsAnAgentAndFollowsItsLog()
    {
        var chromium = TestTools.OnPath("chromium");
        Assert.SkipWhen(chromium is null, "chromium is not installed; ./opsmesh test installs it");
        Assert.SkipWhen(TestTools.OnPath("npm") is null, "npm is not installed; ./opsmesh test installs it");
        var (installed, installing) = await TestTools.InstallNpmAsync(Scripts);
        Assert.True(installed == 0, installing);

        var (exitCode, steps) = await TestTools.RunAsync(Scripts, "node", ["first-page.mjs"], new Dictionary<string, string>
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
}
