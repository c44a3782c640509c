namespace OpsMesh.Identity;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://opsmesh.local/node/0192f0c1-7f1e-7c3a-9a30-2f6d8a1b2c3d", SpiffeKind.Node)]
    [InlineData("spiffe://opsmesh.local/service/agent-command", SpiffeKind.Service)]
    public void WellFormedId_RoundTrips(string text, SpiffeKind kind)
    {
        Assert.True(SpiffeId.TryParse(text, out var id));

        Assert.Equal(kind, id.Kind);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://opsmesh.local/node/a")]
    [InlineData("SPIFFE://opsmesh.local/node/a")]
    [InlineData("spiffe://opsmesh.local/node/a/")]
    [InlineData("spiffe://opsmesh.local//node/a")]
    [InlineData("spiffe://opsmesh.local/node/")]
    [InlineData("spiffe://opsmesh.local/Node/a")]
    [InlineData("spiffe://opsmesh.local/admin/a")]
    [InlineData("spiffe://opsmesh.local/node/a?x=1")]
    [InlineData("spiffe://opsmesh.local/node/a#b")]
    [InlineData("spiffe://opsmesh.local/node/%61")]
    [InlineData("spiffe://opsmesh.local/node/../service/console")]
    [InlineData("spiffe://opsmesh.local:8443/node/a")]
    [InlineData("spiffe://user@opsmesh.local/node/a")]
    [InlineData("spiffe://opsmesh.local/node/a\n")]
    [InlineData("spiffe:///node/a")]
    public void AnythingElse_IsNoId(string? text) => Assert.False(SpiffeId.TryParse(text, out _));

    [Fact]
    public void NameWithASlash_CannotBeMade() => Assert.Throws<FormatException>(() => SpiffeId.Node("opsmesh.local", "a/b"));
}
