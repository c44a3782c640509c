using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Access.Probe;
using OpsMesh.Identity;
using OpsMesh.Rpc;

namespace OpsMesh.Access;

public sealed class NodePortTests(ProbeHost host) : IClassFixture<ProbeHost>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_IsTheOneOfItsCertificate()
    {
        var probe = new NodeProbe.NodeProbeClient(host.AtNodePort(host.Mesh.Node("n1")));

        var reply = await probe.UnaryAsync(new ProbeRequest { NodeId = "n1" }, cancellationToken: Cancellation);

        Assert.Equal("node/n1", reply.Caller);
    }

    [Fact]
    public async Task CallerWithoutCertificate_IsUnauthenticated()
    {
        var invoker = host.AtNodePortWithoutCertificate();

        foreach (var call in EveryMethodButForNewcomers(invoker))
        {
            var (code, failure) = await host.RefusedAsync(call);
            Assert.Equal((StatusCode.Unauthenticated, Reasons.CredentialMissing), (code, failure.Reason));
        }
    }

    [Fact]
    public async Task Newcomer_ReachesOnlyTheMethodForThem()
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePortWithoutCertificate());

        Assert.Equal("bootstrap", (await probe.ForNewcomersAsync(new ProbeRequest(), cancellationToken: Cancellation)).Caller);
    }

    [Fact]
    public async Task ExpiredCertificate_IsToldSo()
    {
        var expired = host.Mesh.Node("n1", new LeafOptions { Lifetime = TimeSpan.FromMinutes(-1), Skew = TimeSpan.FromMinutes(30) });

        await AssertRefusedAsync(expired, StatusCode.Unauthenticated, Reasons.TokenExpired);
    }

    [Fact]
    public async Task CertificateForServersOnly_IsNoCaller() =>
        await AssertRefusedAsync(host.Mesh.Node("n1", LeafOptions.Node with { ClientAuth = false }), StatusCode.Unauthenticated, Reasons.TokenAudience);

    [Fact]
    public async Task CertificateOfAForeignMesh_NeverGetsThrough()
    {
        var foreign = host.Foreign.Node("n1");
        using var handler = MeshHandlers.ForService(host.Mesh.Node("n1"), "probe");
        handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(foreign.Leaf, foreign.Intermediates, offline: true);
        using var channel = GrpcChannel.ForAddress(host.NodePort, new() { HttpHandler = handler });
        var probe = new NodeProbe.NodeProbeClient(channel);
        var before = host.Entries.Count;

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await probe.UnaryAsync(new ProbeRequest(), cancellationToken: Cancellation));

        Assert.Null(RpcStatusMap.ToFailure(refused));
        Assert.Equal(before, host.Entries.Count);
    }

    [Fact]
    public async Task Plaintext_GetsNoAnswer()
    {
        using var handler = new SocketsHttpHandler();
        using var channel = GrpcChannel.ForAddress(new Uri($"http://127.0.0.1:{host.NodePort.Port}"), new() { HttpHandler = handler });
        var probe = new NodeProbe.NodeProbeClient(channel);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await probe.UnaryAsync(new ProbeRequest(), cancellationToken: Cancellation));

        Assert.Null(RpcStatusMap.ToFailure(refused));
    }

    [Fact]
    public async Task ServiceOrConsole_IsNoNode()
    {
        await AssertRefusedAsync(host.Mesh.Service("registry"), StatusCode.PermissionDenied, Reasons.RoleMissing);
        await AssertRefusedAsync(host.Mesh.Service("console"), StatusCode.PermissionDenied, Reasons.RoleMissing);
    }

    [Fact]
    public async Task NodeNamedLikeAService_IsNoService()
    {
        foreach (var caller in (MeshIdentity[])[host.Mesh.Node("registry"), host.Mesh.Service("log-streaming")])
        {
            var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(caller));

            var (code, failure) = await host.RefusedAsync(async () => await probe.ForServiceAsync(new ProbeRequest(), cancellationToken: Cancellation));

            Assert.Equal((StatusCode.PermissionDenied, Reasons.RoleMissing), (code, failure.Reason));
        }
    }

    [Fact]
    public async Task ListedService_ComesIn()
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(host.Mesh.Service("registry")));

        Assert.Equal("service/registry", (await probe.ForServiceAsync(new ProbeRequest(), cancellationToken: Cancellation)).Caller);
    }

    [Fact]
    public async Task ConsoleWithABearer_SpeaksForTheOperator()
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(host.Mesh.Service("console")));

        var reply = await probe.ForOperatorAsync(new ProbeRequest(), Bearer(ProbeHost.OperatorToken), cancellationToken: Cancellation);

        Assert.Equal("operator/olga", reply.Caller);
    }

    [Theory]
    [InlineData(ProbeHost.ViewerToken, StatusCode.PermissionDenied, Reasons.RoleMissing)]
    [InlineData("opm_CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", StatusCode.Unauthenticated, Reasons.TokenSignature)]
    [InlineData("something else", StatusCode.Unauthenticated, Reasons.TokenFormat)]
    public async Task ConsoleWithAnInsufficientBearer_IsRefused(string token, StatusCode code, string reason)
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(host.Mesh.Service("console")));

        var refused = await host.RefusedAsync(async () => await probe.ForOperatorAsync(new ProbeRequest(), Bearer(token), cancellationToken: Cancellation));

        Assert.Equal((code, reason), (refused.Code, refused.Failure.Reason));
    }

    [Fact]
    public async Task BearerBroughtByAnybodyElse_MeansNothing()
    {
        foreach (var caller in (MeshIdentity[])[host.Mesh.Service("registry"), host.Mesh.Node("console")])
        {
            var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(caller));

            var (code, _) = await host.RefusedAsync(async () => await probe.ForOperatorAsync(new ProbeRequest(), Bearer(ProbeHost.OperatorToken), cancellationToken: Cancellation));

            Assert.Equal(StatusCode.PermissionDenied, code);
        }
    }

    [Fact]
    public async Task TokensOfTheAppPort_MeanNothingHere()
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePortWithoutCertificate());
        var headers = new Metadata { { "dapr-api-token", ProbeHost.ApiToken }, { "dapr-caller-app-id", "registry" } };

        var (code, failure) = await host.RefusedAsync(async () => await probe.ForServiceAsync(new ProbeRequest(), headers, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unauthenticated, Reasons.CredentialMissing), (code, failure.Reason));
    }

    [Fact]
    public async Task Bug_IsInternalWithATraceAndWithoutItsText()
    {
        var probe = new OtherProbe.OtherProbeClient(host.AtNodePort(host.Mesh.Service("registry")));

        var failed = await Assert.ThrowsAsync<RpcException>(async () => await probe.BrokenAsync(new ProbeRequest(), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Internal, failed.StatusCode);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(MeshIdentity caller, StatusCode code, string reason)
    {
        var probe = new NodeProbe.NodeProbeClient(host.AtNodePort(caller));

        var refused = await host.RefusedAsync(async () => await probe.UnaryAsync(new ProbeRequest(), cancellationToken: Cancellation));

        Assert.Equal((code, reason), (refused.Code, refused.Failure.Reason));
    }

    private static List<Func<Task>> EveryMethodButForNewcomers(CallInvoker invoker)
    {
        var node = new NodeProbe.NodeProbeClient(invoker);
        var other = new OtherProbe.OtherProbeClient(invoker);
        return
        [
            async () => await node.UnaryAsync(new ProbeRequest(), cancellationToken: Cancellation),
            async () => await node.Collect(cancellationToken: Cancellation).ResponseAsync,
            async () => await node.Watch(new ProbeRequest(), cancellationToken: Cancellation).ResponseStream.MoveNext(Cancellation),
            async () => await node.Chat(cancellationToken: Cancellation).ResponseStream.MoveNext(Cancellation),
            async () => await other.ForServiceAsync(new ProbeRequest(), cancellationToken: Cancellation),
            async () => await other.ForOperatorAsync(new ProbeRequest(), Bearer(ProbeHost.OperatorToken), cancellationToken: Cancellation),
            async () => await other.ForSidecarAsync(new ProbeRequest(), cancellationToken: Cancellation),
        ];
    }

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };
}
