using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace OpsMesh.Console.Transcoding;

public sealed class EventStreamTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_IsEventsAndEndsWithItsProblem()
    {
        using var client = console.Operator();

        using var response = await client.GetAsync("/api/v1/nodes:watch", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var events = await ReadAsync(response);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["message", "message", "error"], events.Select(item => item.EventType));
        Assert.Equal("node-1", events[0].Data["node"]!["hostname"]!.GetValue<string>());
        Assert.Equal(1, events[1].Data["snapshot_end"]!["count"]!.GetValue<int>());
        Assert.Equal((Reasons.Draining, 1000), (events[2].Data["reason"]!.GetValue<string>(), events[2].Data["retry_after_ms"]!.GetValue<int>()));
    }

    [Fact]
    public async Task LineBreakInALine_StaysInsideItsEvent()
    {
        using var client = console.Operator();

        using var response = await client.GetAsync("/api/v1/nodes/node-1/agents/game/logs:follow?tail=1", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        var events = await ReadAsync(response);

        Assert.Equal("one\ntwo", events.Single().Data["batch"]!["lines"]![0]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task RefusalBeforeTheFirstMessage_IsAnHttpStatus()
    {
        using var client = console.Operator();

        await client.GetAsync("/api/v1/nodes/node-1/agents/absent/logs:follow", Cancelled).ProblemAsync(HttpStatusCode.NotFound, Reasons.AgentUnknown);
    }

    [Fact]
    public async Task ReaderThatLeaves_EndsTheCall()
    {
        await using var alone = new ConsoleUnderTest();
        await alone.InitializeAsync();
        using var client = alone.Operator();

        var response = await client.GetAsync("/api/v1/nodes/node-1/agents/game/logs:follow?follow=true", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        response.Dispose();

        await alone.Mesh.FollowEnded.Task.WaitAsync(Limit, TimeProvider.System, Cancelled);
    }

    private static async Task<List<(string EventType, JsonNode Data)>> ReadAsync(HttpResponseMessage response)
    {
        var events = new List<(string, JsonNode)>();
        await using var body = await response.Content.ReadAsStreamAsync(Cancelled);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(Cancelled))
        {
            events.Add((item.EventType, JsonNode.Parse(item.Data)!));
        }

        return events;
    }
}
