using OpsMesh.Interop.Matrix;
using OpsMesh.Testing;

namespace OpsMesh.Interop;

/// <summary>What is left out has to be told: docs/interop.md names every excluded case with its reason.</summary>
public sealed class PageTests
{
    [Fact]
    public void EveryExcludedCase_StandsOnThePage()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "docs", "interop.md"));
        var untold =
            from leg in KnownPeers.All.SelectMany(Leg.Of)
            from excluded in leg.Excluded
            let line = $"| {leg.Peer.Name} | {leg.Direction} | `{excluded.Key}` | {excluded.Value} |"
            where !page.Contains(line, StringComparison.Ordinal)
            select line;

        Assert.Empty(untold.Distinct());
    }
}
