using OpsMesh.Cli.Smoke;

namespace OpsMesh.Cli.EndToEnd;

/// <summary>A whole mesh, started as people start it, for all tests of a class.</summary>
public sealed class MeshFixture : IAsyncLifetime
{
    private readonly PortBlock _block = PortBlock.Claim();
    private readonly TempFolder _folder = new();

    internal SmokeMesh Mesh { get; private set; } = null!;

    internal string Node(string name) => Mesh.NodeIds.Of(name);

    public async ValueTask InitializeAsync()
    {
        Mesh = SmokeMesh.Start(_folder.Path, _block.Base);
        await Mesh.WaitUntilUpAsync(new Poll(TimeProvider.System, TestContext.Current.CancellationToken), TimeSpan.FromSeconds(150));
    }

    public async ValueTask DisposeAsync()
    {
        await Mesh.EnsureGoneAsync();
        var left = Residue.Processes(Mesh.Layout.Root);
        Mesh.Dispose();
        _block.Dispose();
        _folder.Dispose();
        Assert.Empty(left);
    }
}
