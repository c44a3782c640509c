using OpsMesh.Cli.Local;

namespace OpsMesh.Cli.Smoke;

internal sealed class NodeSteps(SmokeMesh mesh, Poll poll)
{
    private const int Expected = 3;

    public async Task<object> OnlineAsync()
    {
        string[] names = [];
        await poll.UntilAsync(async () =>
        {
            var nodes = (await mesh.Client.GetAsync("nodes", poll.CancellationToken)).Items("nodes").ToList();
            names = [.. nodes.Where(n => n.Text("state") == "NODE_STATE_ONLINE").Select(n => n.Text("hostname")).Order(StringComparer.Ordinal)];
            return names.Length == Expected && nodes.Count == Expected ? "" : $"{names.Length} of {nodes.Count} nodes are online";
        });
        return new { nodes = names };
    }
}
