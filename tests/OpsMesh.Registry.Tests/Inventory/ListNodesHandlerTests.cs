using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Registry.V1;

namespace OpsMesh.Registry.Inventory;

public sealed class ListNodesHandlerTests : IDisposable
{
    private readonly RegistryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Pages_HoldEachNodeOnce()
    {
        for (var i = 0; i < 7; i++)
        {
            await _bench.RegisterAsync(RegistryBench.Id(i));
        }

        var sizes = new List<int>();
        var seen = new List<string>();
        var cursor = "";
        do
        {
            var response = _bench.List.List(new ListNodesRequest { Page = new Page { Size = 3, Cursor = cursor } }).Value!;
            sizes.Add(response.Nodes.Count);
            seen.AddRange(response.Nodes.Select(n => n.NodeId));
            cursor = response.NextCursor;
        }
        while (cursor.Length > 0);

        Assert.Equal([3, 3, 1], sizes);
        Assert.Equal(Enumerable.Range(0, 7).Select(RegistryBench.Id), seen);
    }

    [Fact]
    public async Task Node_ShowsWhatWasHeard()
    {
        await _bench.RegisterAsync();
        _bench.Clock.Advance(TimeSpan.FromSeconds(2));
        _bench.BeatOnce(epoch: 1, seq: 1);

        var node = _bench.List.Get(new GetNodeRequest { NodeId = RegistryBench.NodeId }).Value!.Node;

        Assert.Equal(NodeState.Online, node.State);
        Assert.Equal(_bench.Clock.GetUtcNow(), node.LastHeartbeat.ToDateTimeOffset());
        Assert.Equal("127.0.0.1:7211", node.Address);
        Assert.Contains("Heard", node.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Reasons.FieldRequired)]
    [InlineData("node-1", Reasons.FieldFormat)]
    [InlineData("{01890000-0000-7000-8000-000000000001}", Reasons.FieldFormat)]
    [InlineData(RegistryBench.NodeId, Reasons.NodeUnknown)]
    public void NodeThatCannotBeFound_HasAReason(string nodeId, string reason)
    {
        var failure = _bench.List.Get(new GetNodeRequest { NodeId = nodeId }).Failure;

        Assert.Equal(reason, failure?.Reason);
        Assert.Equal(reason == Reasons.NodeUnknown ? FailureKind.NotFound : FailureKind.Invalid, failure?.Kind);
    }

    [Theory]
    [InlineData(-1, "", Reasons.OutOfRange, "page.size")]
    [InlineData(1001, "", Reasons.OutOfRange, "page.size")]
    [InlineData(0, "!", Reasons.FieldFormat, "page.cursor")]
    [InlineData(0, "AAAA", Reasons.FieldFormat, "page.cursor")]
    [InlineData(0, "MTo", Reasons.FieldFormat, "page.cursor")]
    public void PageThatDoesNotExist_IsNamed(int size, string cursor, string reason, string field)
    {
        var failure = _bench.List.List(new ListNodesRequest { Page = new Page { Size = size, Cursor = cursor } }).Failure;

        Assert.Equal((reason, field), (failure?.Reason, failure?.Field));
    }
}
