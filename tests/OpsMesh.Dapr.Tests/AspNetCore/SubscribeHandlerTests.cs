using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace OpsMesh.Dapr.Tests.AspNetCore;

public sealed class SubscribeHandlerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_AreListedByPubSubAndName()
    {
        await using var app = Make();
        app.MapPost("/b", () => { }).WithTopic("bus", "second");
        app.MapPost("/on/a", [Topic("bus", "first", "first.dead", false)] () => { }).WithBulkSubscribe(new BulkSubscribeTopicOptions { TopicName = "first" });
        app.MapPost("/c", () => { }).WithTopic("another", "x", new Dictionary<string, string> { ["k"] = "v" });

        Assert.Equal(
            """[{"topic":"x","pubsubName":"another","route":"c","metadata":{"k":"v"}},{"topic":"first","pubsubName":"bus","route":"on/a","deadLetterTopic":"first.dead","bulkSubscribe":{"enabled":true,"maxMessagesCount":100,"maxAwaitDurationMs":1000}},{"topic":"second","pubsubName":"bus","route":"b"}]""",
            await ReadAsync(app));
    }

    [Fact]
    public async Task Matches_BecomeRulesInOrderOfTheirPriority()
    {
        await using var app = Make();
        app.MapPost("/default", () => { }).WithTopic("bus", "t", enableRawPayload: true);
        app.MapPost("/late", [Topic("bus", "t", "event.type == 2", 2)] () => { });
        app.MapPost("/early", [Topic("bus", "t", "event.type == 1", 1)] () => { });

        Assert.Equal(
            """[{"topic":"t","pubsubName":"bus","routes":{"rules":[{"match":"event.type == 1","path":"early"},{"match":"event.type == 2","path":"late"}],"default":"default"},"metadata":{"rawPayload":"true"}}]""",
            await ReadAsync(app));
    }

    [Fact]
    public async Task RouteWithAParameter_IsRefused()
    {
        await using var app = Make();
        app.MapPost("/{id}", (string id) => id).WithTopic("bus", "t");

        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(app));
    }

    private static WebApplication Make()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var app = builder.Build();
        app.MapSubscribeHandler();
        return app;
    }

    private static async Task<string> ReadAsync(WebApplication app)
    {
        await app.StartAsync(Cancellation);
        var text = await app.GetTestClient().GetStringAsync(new Uri("/dapr/subscribe", UriKind.Relative), Cancellation);

        // The serializer escapes quotes and the like; what they stand for is what counts.
        return System.Text.RegularExpressions.Regex.Unescape(text);
    }
}
