using System.Text;
using System.Text.Json;
using Dapr.AppCallback.Autogen.Grpc.v1;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.PubSub;

public sealed class DeliveryTests(MeshFixture mesh)
{
    private const string TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishedJson_ReachesTheGrpcApplicationAsCloudEvent()
    {
        using var client = mesh.Client("caller");
        var id = Guid.NewGuid().ToString();

        await client.PublishEventAsync(
            "pubsub",
            "to-grpc",
            new { n = 7 },
            new Dictionary<string, string> { ["cloudevent.id"] = id, ["cloudevent.traceparent"] = TraceParent },
            Cancellation);

        var (received, headers) = await NextGrpcAsync(id);
        Assert.Equal("""{"n":7}""", received.Data.ToStringUtf8());
        Assert.Equal(
            ("caller", "com.dapr.event.sent", "1.0", "application/json", "to-grpc", "pubsub", "/on-grpc"),
            (received.Source, received.Type, received.SpecVersion, received.DataContentType, received.Topic, received.PubsubName, received.Path));
        Assert.Equal(TraceParent, received.Extensions.Fields["traceparent"].StringValue);
        Assert.Equal(TraceParent, headers.GetValue("traceparent"));
        Assert.Equal(MeshFixture.AppToken("echo"), headers.GetValue("dapr-api-token"));
    }

    [Fact]
    public async Task PublishedJson_ReachesTheHttpApplicationAsEnvelope()
    {
        using var http = mesh.Http("caller");
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1.0/publish/pubsub/to-http")
        {
            Content = new StringContent("""{"n":8}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("traceparent", TraceParent);

        using var answer = await http.SendAsync(request, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
        var (body, headers) = await NextWebAsync(b => b.TryGetProperty("data", out var data) && data.ToString() == """{"n":8}""");
        Assert.Equal("caller", body.GetProperty("source").GetString());
        Assert.Equal(TraceParent, body.GetProperty("traceparent").GetString());
        Assert.Equal("application/cloudevents+json", headers["content-type"]);
        Assert.Equal(TraceParent, headers["traceparent"]);
        Assert.Equal(MeshFixture.AppToken("web"), headers["dapr-api-token"]);
    }

    [Fact]
    public async Task UseCloudEvents_UnwrapsTheEnvelope()
    {
        using var client = mesh.Client("caller");

        await client.PublishByteEventAsync("pubsub", "to-http-unwrapped", """{"inner":9}"""u8.ToArray(), cancellationToken: Cancellation);

        var (body, headers) = await NextWebAsync(b => b.TryGetProperty("inner", out _));
        Assert.Equal(9, body.GetProperty("inner").GetInt32());
        Assert.Equal("application/json", headers["content-type"]);
    }

    [Fact]
    public async Task EventThatKeepsFailing_IsTriedAsThePolicySaysAndThenDeadLettered()
    {
        using var client = mesh.Client("caller");
        var id = Guid.NewGuid().ToString();

        await client.PublishEventAsync("pubsub", "flaky", "x", new Dictionary<string, string> { ["cloudevent.id"] = id }, Cancellation);

        var (dead, _) = await NextGrpcAsync(id);
        Assert.Equal("flaky.dead", dead.Topic);
        Assert.Equal("flaky", dead.Extensions.Fields["topic"].StringValue);
        Assert.Equal(3, mesh.Echo.Attempts[id]);
    }

    [Fact]
    public async Task UnknownPubSub_IsNamed()
    {
        using var http = mesh.Http("caller");

        using var answer = await http.PostAsync(new Uri("v1.0/publish/nope/t", UriKind.Relative), new StringContent("x"), Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("\"ERR_PUBSUB_NOT_FOUND\",\"message\":\"pubsub nope is not found\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MalformedCloudEvent_IsRefused()
    {
        using var http = mesh.Http("caller");

        using var answer = await http.PostAsync(
            new Uri("v1.0/publish/pubsub/to-http", UriKind.Relative), new StringContent("null", Encoding.UTF8, "application/cloudevents+json"), Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("ERR_PUBSUB_CLOUD_EVENTS_SER", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    // Other tests publish too, so each takes what is its own and puts the rest back.
    private async Task<(TopicEventRequest Event, Grpc.Core.Metadata Headers)> NextGrpcAsync(string id)
    {
        using var limit = Limit();
        while (true)
        {
            var next = await mesh.Echo.Events.Reader.ReadAsync(limit.Token);
            if (next.Event.Id == id)
            {
                return next;
            }

            await mesh.Echo.Events.Writer.WriteAsync(next, limit.Token);
            await Task.Yield();
        }
    }

    private async Task<(JsonElement Body, Dictionary<string, string> Headers)> NextWebAsync(Func<JsonElement, bool> isMine)
    {
        using var limit = Limit();
        while (true)
        {
            var next = await mesh.Web.Events.Reader.ReadAsync(limit.Token);
            if (isMine(next.Body))
            {
                return next;
            }

            await mesh.Web.Events.Writer.WriteAsync(next, limit.Token);
            await Task.Yield();
        }
    }

    private static CancellationTokenSource Limit() => new(TimeSpan.FromSeconds(20), TimeProvider.System);
}
