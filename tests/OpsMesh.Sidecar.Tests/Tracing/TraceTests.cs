using System.Diagnostics;
using Grpc.Core;
using OpsMesh.Sidecar.Tests.Echo;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.Tracing;

public sealed class TraceTests(TracedMeshFixture mesh) : IClassFixture<TracedMeshFixture>
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string TraceParent = $"00-{TraceId}-b7ad6b7169203331-01";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProxiedCall_CarriesTheSidecarsSpanToTheApplication()
    {
        var client = new Echo.Echo.EchoClient(mesh.InvokerTo("echo"));

        await client.UnaryAsync(new Msg(), new Metadata { { "traceparent", TraceParent } }, cancellationToken: Cancellation);

        var seen = ActivityContext.Parse(mesh.Echo.Headers["Unary"].GetValue("traceparent")!, traceState: null);
        Assert.Equal(TraceId, seen.TraceId.ToHexString());
        Assert.NotEqual("b7ad6b7169203331", seen.SpanId.ToHexString());
        Assert.Equal(ActivityTraceFlags.Recorded, seen.TraceFlags);
        await ExportAsync("/rec.v1.Echo/Unary", "sidecar");
    }

    [Fact]
    public async Task Delivery_IsAChildOfThePublishersTrace()
    {
        using var client = mesh.Client("caller");

        await client.PublishEventAsync(
            "pubsub", "to-grpc", "x", new Dictionary<string, string> { ["cloudevent.traceparent"] = TraceParent }, Cancellation);

        var (received, headers) = await mesh.Echo.Events.Reader.ReadAsync(Cancellation);
        Assert.Equal(TraceParent, received.Extensions.Fields["traceparent"].StringValue);
        Assert.StartsWith($"00-{TraceId}-", headers.GetValue("traceparent"), StringComparison.Ordinal);
        Assert.NotEqual(TraceParent, headers.GetValue("traceparent"));
        await ExportAsync("pubsub/to-grpc", "sidecar");
    }

    private async Task ExportAsync(params string[] names)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
        while (!mesh.Exports.Any(e => names.All(n => e.Contains(n, StringComparison.Ordinal))))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }
}
