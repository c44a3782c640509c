using OpsMesh.AgentCommand.Fakes;

namespace OpsMesh.AgentCommand.Operations;

public sealed class OperationRulesTests
{
    [Theory]
    [InlineData("", "game", "restart", "", Reasons.FieldRequired, "node_id")]
    [InlineData("node-1", "game", "restart", "", Reasons.FieldFormat, "node_id")]
    [InlineData("01890A5D-AC96-774B-BCCE-B302099A8057", "game", "restart", "", Reasons.FieldFormat, "node_id")]
    [InlineData(Some.Node, "", "restart", "", Reasons.FieldRequired, "agent_id")]
    [InlineData(Some.Node, "../x", "restart", "", Reasons.NameCharset, "agent_id")]
    [InlineData(Some.Node, "con", "restart", "", Reasons.NameCharset, "agent_id")]
    [InlineData(Some.Node, "game\n", "restart", "", Reasons.NameCharset, "agent_id")]
    [InlineData(Some.Node, "game", "", "", Reasons.FieldRequired, "operation")]
    [InlineData(Some.Node, "game", "Restart", "", Reasons.OperationUnknown, "operation")]
    [InlineData(Some.Node, "game", "destroy", "", Reasons.OperationUnknown, "operation")]
    public void BadRequest_IsRefusedWithReasonAndField(string node, string agent, string operation, string key, string reason, string field)
    {
        var refusal = OperationRules.Check(new OperateAgent("operator/ann", node, agent, operation, 0, key, null));

        Assert.Equal((FailureKind.Invalid, reason, field), (refusal!.Kind, refusal.Reason, refusal.Field));
    }

    [Fact]
    public void LongKey_IsRefused() =>
        Assert.Equal("idempotency_key", OperationRules.Check(new OperateAgent("operator/ann", Some.Node, "game", "stop", 0, new string('k', 129), null))?.Field);

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("restart")]
    [InlineData("kill")]
    public void TheFourOperations_Pass(string operation) =>
        Assert.Null(OperationRules.Check(new OperateAgent("operator/ann", Some.Node, "game", operation, 0, "", null)));
}
