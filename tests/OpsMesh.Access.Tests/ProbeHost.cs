using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Access.Probe;
using OpsMesh.Contracts;
using OpsMesh.Hosting;
using OpsMesh.Identity;
using OpsMesh.Rpc;
using OpsMesh.Testing;

namespace OpsMesh.Access;

/// <summary>A server as a service runs it, with its three ports on loopback and the probes mapped; and clients of every sort.</summary>
public sealed class ProbeHost : IAsyncLifetime
{
    public const string ApiToken = "the-sidecars-token";
    public const string OperatorToken = "opm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    public const string ViewerToken = "opm_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB";

    private readonly List<IDisposable> _clients = [];
    private WebApplication? _app;

    public TestMesh Mesh { get; } = new();

    public TestMesh Foreign { get; } = new();

    public Entries Entries { get; } = new();

    public Uri AppPort { get; private set; } = null!;

    public Uri ManagementPort { get; private set; } = null!;

    public Uri NodePort { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddPorts(new PortOptions { App = 0, Management = 0 });
        builder.AddMeshIdentity(Mesh.Service("probe"));
        builder.AddNodePort(new IPEndPoint(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(Entries);
        builder.Services.AddSingleton<IOperatorTokens>(Tokens());
        builder.Services.AddRpcPolicies(
            new AccessOptions { AppApiToken = ApiToken }, new PolicyTable([.. Descriptors.All, ProbeReflection.Descriptor], dev: false));
        _app = builder.Build();
        _app.MapServiceDefaults();
        _app.MapGrpcService<NodeProbeService>();
        _app.MapGrpcService<OtherProbeService>();
        _app.RequirePolicies();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Uri[] addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];
        (AppPort, ManagementPort, NodePort) = (addresses[0], addresses[1], addresses[2]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        Mesh.Dispose();
        Foreign.Dispose();
    }

    public CallInvoker AtNodePort(MeshIdentity caller) => Invoker(NodePort, MeshHandlers.ForService(caller, "probe"));

    public CallInvoker AtNodePortWithoutCertificate()
    {
        var handler = MeshHandlers.ForService(Mesh.Node("n1"), "probe");
        handler.SslOptions.ClientCertificateContext = null;
        return Invoker(NodePort, handler);
    }

    public CallInvoker AtAppPort() => Invoker(AppPort, new SocketsHttpHandler());

    /// <summary>The call must be refused; its reason, and that no handler saw it.</summary>
    public async Task<(StatusCode Code, Failure Failure)> RefusedAsync(Func<Task> call)
    {
        var before = Entries.Count;
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(before, Entries.Count);
        return (refused.StatusCode, RpcStatusMap.ToFailure(refused) ?? throw new InvalidOperationException(refused.ToString()));
    }

    private CallInvoker Invoker(Uri address, SocketsHttpHandler handler)
    {
        var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });
        _clients.Add(channel);
        _clients.Add(handler);
        return channel.CreateCallInvoker();
    }

    private static OperatorTokens Tokens()
    {
        var clock = TimeProvider.System;
        var tokens = new OperatorTokens(clock);
        tokens.Replace(
            1,
            [
                new() { Sha256 = OperatorTokens.Hash(OperatorToken), Name = "olga", Roles = ["ROLE_OPERATOR"], ExpiresAt = clock.GetUtcNow().AddHours(1) },
                new() { Sha256 = OperatorTokens.Hash(ViewerToken), Name = "vera", Roles = ["ROLE_VIEWER"], ExpiresAt = clock.GetUtcNow().AddHours(1) },
            ],
            clock.GetTimestamp());
        return tokens;
    }
}
