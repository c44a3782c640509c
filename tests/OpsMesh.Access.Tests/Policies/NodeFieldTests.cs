using Grpc.Core;
using OpsMesh.Access.Probe;

namespace OpsMesh.Access;

/// <summary>A node that names another node, wherever a request can name one.</summary>
public sealed class NodeFieldTests(ProbeHost host) : IClassFixture<ProbeHost>
{
    private static readonly ProbeRequest Own = new() { NodeId = "n1", Inner = new() { NodeId = "n1" }, Items = { new Inner { NodeId = "n1" }, new Inner() } };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Places => new()
    {
        { "node_id", """{"nodeId":"n2"}""" },
        { "node_id", """{"nodeId":"N1"}""" },
        { "node_id", """{"nodeId":"n1 "}""" },
        { "inner.node_id", """{"nodeId":"n1","inner":{"nodeId":"n2"}}""" },
        { "items.node_id", """{"nodeId":"n1","items":[{"nodeId":"n1"},{"nodeId":"n2"}]}""" },
        { "named.node_id", """{"nodeId":"n1","named":{"a":{"nodeId":"n1"},"b":{"nodeId":"n2"}}}""" },
        { "choice.node_id", """{"nodeId":"n1","choice":{"nodeId":"n2"}}""" },
    };

    private NodeProbe.NodeProbeClient Probe => new(host.AtNodePort(host.Mesh.Node("n1")));

    [Fact]
    public async Task OwnIdOrNone_Passes()
    {
        using var call = Probe.Collect(cancellationToken: Cancellation);
        foreach (var request in (ProbeRequest[])[Own, new(), new() { Items = { new Inner() } }])
        {
            await call.RequestStream.WriteAsync(request, Cancellation);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(3, (await call).Messages);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AnotherNodesId_IsRefusedInAUnaryCall(string field, string json)
    {
        var refused = await host.RefusedAsync(async () => await Probe.UnaryAsync(ProbeRequest.Parser.ParseJson(json), cancellationToken: Cancellation));

        AssertMismatch(refused, field);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AnotherNodesId_IsRefusedInAServerStream(string field, string json)
    {
        using var call = Probe.Watch(ProbeRequest.Parser.ParseJson(json), cancellationToken: Cancellation);

        AssertMismatch(await host.RefusedAsync(() => call.ResponseStream.MoveNext(Cancellation)), field);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AnotherNodesId_IsRefusedLateInAClientStream(string field, string json)
    {
        using var call = Probe.Collect(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(Own, Cancellation);
        await call.RequestStream.WriteAsync(Own, Cancellation);
        await call.RequestStream.WriteAsync(ProbeRequest.Parser.ParseJson(json), Cancellation);

        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        AssertMismatch((refused.StatusCode, Rpc.RpcStatusMap.ToFailure(refused)!), field);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task AnotherNodesId_IsRefusedLateInAChat(string field, string json)
    {
        using var call = Probe.Chat(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(Own, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        await call.RequestStream.WriteAsync(ProbeRequest.Parser.ParseJson(json), Cancellation);

        AssertMismatch(await host.RefusedAsync(() => call.ResponseStream.MoveNext(Cancellation)), field);
    }

    [Fact]
    public async Task OversizedMessage_IsToldTheLimit()
    {
        var request = new ProbeRequest { Padding = Google.Protobuf.ByteString.CopyFrom(new byte[4096]) };

        var (code, failure) = await host.RefusedAsync(async () => await Probe.UnaryAsync(request, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.ResourceExhausted, Reasons.MessageTooLarge), (code, failure.Reason));
        Assert.Contains("4096", failure.Message, StringComparison.Ordinal);
    }

    private static void AssertMismatch((StatusCode Code, Failure Failure) refused, string field)
    {
        Assert.Equal((StatusCode.PermissionDenied, Reasons.NodeIdMismatch), (refused.Code, refused.Failure.Reason));
        Assert.Equal(field, refused.Failure.Field);
        Assert.DoesNotContain("n2", refused.Failure.Message, StringComparison.Ordinal);
    }
}
