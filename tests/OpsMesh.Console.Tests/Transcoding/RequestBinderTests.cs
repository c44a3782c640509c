using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.LogStreaming.V1;
using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.Console.Transcoding;

public sealed class RequestBinderTests
{
    private static readonly RestCatalog Catalog = RestCatalog.OfContracts();

    [Fact]
    public void PathAndQuery_FillTheRequest()
    {
        var request = Bind<ListAgentsRequest>("ListAgents", "node_id=n1", "?page.size=5&page.cursor=a%2Bb");

        Assert.Equal(("n1", 5, "a+b"), (request.NodeId, request.Page.Size, request.Page.Cursor));
    }

    [Fact]
    public void TimesSpansAndEnums_AreReadFromText()
    {
        var request = Bind<QueryMetricsRequest>(
            "QueryMetrics", "", "?node_id=n&type=cpu&value_name=usage_percent&start=2026-01-31T12:00:00.5Z&step=5s&aggregation=AGGREGATION_MAX");

        Assert.Equal(new DateTime(2026, 1, 31, 12, 0, 0, 500, DateTimeKind.Utc), request.Start.ToDateTime());
        Assert.Equal((TimeSpan.FromSeconds(5), Aggregation.Max), (request.Step.ToTimeSpan(), request.Aggregation));
        Assert.Null(request.End);
    }

    [Fact]
    public void BodyAndPath_AreJoined()
    {
        var request = Bind<OperateAgentRequest>("OperateAgent", "node_id=n&agent_id=a&operation=restart", "", """{"generation":"18446744073709551615","idempotency_key":"k"}""");

        Assert.Equal(("n", "a", "restart", ulong.MaxValue, "k"), (request.NodeId, request.AgentId, request.Operation, request.Generation, request.IdempotencyKey));
    }

    [Fact]
    public void BodyThatRepeatsThePath_IsTaken() =>
        Assert.Equal("a", Bind<OperateAgentRequest>("OperateAgent", "node_id=n&agent_id=a&operation=stop", "", """{"agent_id":"a"}""").AgentId);

    [Fact]
    public void OneOf_TakesItsMember()
    {
        var request = Bind<StreamAgentLogsRequest>("StreamAgentLogs", "node_id=n&agent_id=a", "?follow=true&tail=10&regex=a.c&stream=LOG_STREAM_STDERR");

        Assert.Equal((true, 10, "a.c"), (request.Follow, request.Tail, request.Regex));
    }

    [Theory]
    [InlineData("ListAgents", "?page.size=many", "page.size")]
    [InlineData("ListAgents", "?page.size=1.5", "page.size")]
    [InlineData("ListAgents", "?page.size=5000000000", "page.size")]
    [InlineData("ListAgents", "?page.size=1&page.size=2", "page.size")]
    [InlineData("ListAgents", "?page=1", "page")]
    [InlineData("ListAgents", "?page.sise=1", "page.sise")]
    [InlineData("ListAgents", "?colour=red", "colour")]
    [InlineData("QueryMetrics", "?start=yesterday", "start")]
    [InlineData("QueryMetrics", "?step=5", "step")]
    [InlineData("QueryMetrics", "?aggregation=AVERAGE", "aggregation")]
    [InlineData("StreamAgentLogs", "?follow=yes", "follow")]
    [InlineData("StreamAgentLogs", "?contains=a&regex=b", "regex")]
    [InlineData("OperateAgent", "?generation=1", "generation")]
    public void WrongParameter_IsNamed(string method, string query, string field) => AssertRefused(method, query, "", field);

    [Theory]
    [InlineData("OperateAgent", """{"generation":-1}""", "generation")]
    [InlineData("OperateAgent", """{"generation":"x"}""", "generation")]
    [InlineData("OperateAgent", """{"idempotency_key":5}""", "idempotency_key")]
    [InlineData("OperateAgent", """{"force":true}""", "force")]
    [InlineData("OperateAgent", """{"node_id":"other"}""", "node_id")]
    [InlineData("OperateAgent", """{"generation":1,"generation":2}""", "body")]
    [InlineData("OperateAgent", """{"generation":""", "body")]
    [InlineData("OperateAgent", "[]", "body")]
    [InlineData("ListAgents", "{}", "body")]
    public void WrongBody_IsNamed(string method, string body, string field) => AssertRefused(method, "", body, field);

    private static void AssertRefused(string method, string query, string body, string field)
    {
        var bound = RequestBinder.Bind(Find(method), [new("node_id", "n")], QueryHelpers.ParseQuery(query), Encoding.UTF8.GetBytes(body));

        Assert.False(bound.Succeeded);
        Assert.Equal((FailureKind.Invalid, Reasons.FieldFormat, field), (bound.Failure.Kind, bound.Failure.Reason, bound.Failure.Field));
    }

    private static T Bind<T>(string method, string path, string query, string body = "")
    {
        var variables = QueryHelpers.ParseQuery(path).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()));
        var bound = RequestBinder.Bind(Find(method), variables, QueryHelpers.ParseQuery(query), Encoding.UTF8.GetBytes(body));
        Assert.True(bound.Succeeded, bound.Failure?.Message);
        return (T)bound.Value;
    }

    private static RestMethod Find(string name) => Catalog.Methods.Single(method => method.Descriptor.Name == name);
}
