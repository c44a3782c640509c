using OpsMesh.AgentCommand.Fakes;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.AgentCommand.Inventory;

public sealed class ListAgentsHandlerTests
{
    private readonly MemoryAgents _agents = new MemoryAgents().With(Some.Node, "a", "b", "c");

    [Fact]
    public async Task Pages_FollowOneAnotherById()
    {
        var first = await ListAsync(Some.Node, 2);
        var second = await ListAsync(Some.Node, 2, first.Value!.NextCursor);

        Assert.Equal(["a", "b"], first.Value.Agents.Select(agent => agent.Id));
        Assert.Equal(["c"], second.Value!.Agents.Select(agent => agent.Id));
        Assert.Empty(second.Value.NextCursor);
    }

    [Theory]
    [InlineData("", 0, "", Reasons.FieldRequired, "node_id")]
    [InlineData("node-1", 0, "", Reasons.FieldFormat, "node_id")]
    [InlineData(Some.Node, -1, "", Reasons.OutOfRange, "page.size")]
    [InlineData(Some.Node, 1001, "", Reasons.OutOfRange, "page.size")]
    [InlineData(Some.Node, 1, "A B", Reasons.FieldFormat, "page.cursor")]
    [InlineData(Some.Node, 1, "zz", Reasons.FieldFormat, "page.cursor")]
    public async Task BadRequest_IsRefusedWithReasonAndField(string node, int size, string cursor, string reason, string field)
    {
        var outcome = await ListAsync(node, size, cursor);

        Assert.Equal((reason, field), (outcome.Failure?.Reason, outcome.Failure?.Field));
    }

    [Fact]
    public async Task UnknownNode_IsNotFound() => Assert.Equal(Reasons.NodeUnknown, (await ListAsync(Some.OtherNode, 0)).Failure?.Reason);

    [Fact]
    public async Task NodeThatNeverSynced_HasNoAgents()
    {
        _agents.Nodes.Add(Some.OtherNode);

        Assert.Empty((await ListAsync(Some.OtherNode, 0)).Value!.Agents);
    }

    private Task<Outcome<ListAgentsResponse>> ListAsync(string node, int size, string cursor = "") =>
        new ListAgentsHandler(_agents, _agents).HandleAsync(
            new ListAgentsRequest { NodeId = node, Page = new Page { Size = size, Cursor = cursor } }, TestContext.Current.CancellationToken);
}
