using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.Reach;

/// <summary>The direct way against a real TLS port.</summary>
public sealed class DirectWayTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CertificateThatNamesTheNode_IsAccepted()
    {
        await using var node = await StartAsync(_mesh.Node("n1"));
        using var way = Way();

        Assert.Equal("it is me", (await StatusAsync(way, "n1", node)).NodeId);
    }

    [Fact]
    public async Task AnotherNodesCertificateAtTheAddress_IsRefused()
    {
        await using var node = await StartAsync(_mesh.Node("n2"));
        using var way = Way();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => StatusAsync(way, "n1", node))).StatusCode);
    }

    [Fact]
    public async Task ForeignMesh_IsRefused()
    {
        using var foreign = new TestMesh();
        await using var node = await StartAsync(foreign.Node("n1"));
        using var way = Way();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => StatusAsync(way, "n1", node))).StatusCode);
    }

    [Fact]
    public async Task AddressOutsideTheRanges_IsNotConnected()
    {
        await using var node = await StartAsync(_mesh.Node("n1"));
        using var way = Way("192.0.2.0/24");

        var refused = await Assert.ThrowsAsync<RpcException>(() => StatusAsync(way, "n1", node));

        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("host:port:more")]
    [InlineData("host/path")]
    [InlineData("user@host:1?x")]
    public void NoUsableAddress_IsUnreachable(string? address)
    {
        using var way = Way();

        Assert.Equal(Reasons.NodeUnreachable, way.Open(new NodeDocument { NodeId = "n1", Address = address }).Failure?.Reason);
    }

    public void Dispose() => _mesh.Dispose();

    private DirectWay Way(params string[] ranges) => new(new NodeHandlers(
        _mesh.Service("log-streaming"), AddressRanges.From(ranges, dev: true), Options.Create(new ReachOptions())));

    private static async Task<GetStatusResponse> StatusAsync(DirectWay way, string nodeId, WebApplication node)
    {
        var port = new Uri(node.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        var invoker = way.Open(new NodeDocument { NodeId = nodeId, Address = $"127.0.0.1:{port}" }).Value!;
        return await new DaemonService.DaemonServiceClient(invoker).GetStatusAsync(new GetStatusRequest(), cancellationToken: Token);
    }

    private static async Task<WebApplication> StartAsync(MeshIdentity identity)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, port => port.UseMeshTls(() => identity)));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<ItIsMe>();
        await app.StartAsync(Token);
        return app;
    }

    private sealed class ItIsMe : DaemonService.DaemonServiceBase
    {
        public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) =>
            Task.FromResult(new GetStatusResponse { NodeId = "it is me" });
    }
}
