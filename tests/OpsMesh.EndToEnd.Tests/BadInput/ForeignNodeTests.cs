using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.EndToEnd.Mesh;
using OpsMesh.Identity;

namespace OpsMesh.EndToEnd.BadInput;

/// <summary>A node with a good certificate that speaks for another one, over the real node ports.</summary>
public sealed class ForeignNodeTests(MeshFixture mesh)
{
    private const string Denied = "PermissionDenied NODE_ID_MISMATCH";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private string Victim => mesh.Nodes[0];

    [Fact]
    public async Task Registering_IsRefused()
    {
        using var channel = AsAnotherNode(1, "registry");
        var registry = new RegistryService.RegistryServiceClient(channel);

        Assert.Equal(Denied, await Refusals.OfAsync(() => registry.RegisterNodeAsync(new() { NodeId = Victim, Hostname = "thief" }, cancellationToken: TestEnd).ResponseAsync));
        Assert.Equal(Denied, await Refusals.OfAsync(() => registry.HeartbeatAsync(new() { NodeId = Victim, SessionEpoch = 1 }, cancellationToken: TestEnd).ResponseAsync));
    }

    [Fact]
    public async Task Reporting_IsRefused()
    {
        using var channel = AsAnotherNode(2, "telemetry-ingest");
        var telemetry = new TelemetryService.TelemetryServiceClient(channel);

        Assert.Equal(Denied, await Refusals.OfAsync(() => telemetry.ReportMetricsAsync(new() { NodeId = Victim, BatchSeq = 1 }, cancellationToken: TestEnd).ResponseAsync));
    }

    [Fact]
    public async Task SyncingAndConnecting_AreRefused()
    {
        using var channel = AsAnotherNode(3, "agent-command");
        var agents = new AgentService.AgentServiceClient(channel);
        var sessions = new SessionService.SessionServiceClient(channel);

        Assert.Equal(Denied, await Refusals.OfAsync(() => agents.SyncAgentStatesAsync(new() { NodeId = Victim, Snapshot = true }, cancellationToken: TestEnd).ResponseAsync));
        using var stream = sessions.Connect(cancellationToken: TestEnd);
        await stream.RequestStream.WriteAsync(new() { Hello = new() { NodeId = Victim } }, TestEnd);
        Assert.Equal(Denied, await Refusals.OfAsync(() => stream.ResponseStream.MoveNext(TestEnd)));
    }

    [Fact]
    public async Task OperatorCalls_AreRefusedToNodes()
    {
        using var channel = AsAnotherNode(1, "registry");
        var nodes = new NodeService.NodeServiceClient(channel);

        Assert.Equal("PermissionDenied ROLE_MISSING", await Refusals.OfAsync(() => nodes.ListNodesAsync(new(), cancellationToken: TestEnd).ResponseAsync));
    }

    [Fact]
    public async Task WithoutACertificate_NobodyGetsIn()
    {
        using var handler = new SocketsHttpHandler
        {
#pragma warning disable CA5359 // Who answers does not matter here: nothing is told to it.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        };
        using var channel = GrpcChannel.ForAddress(mesh.NodePort(1), new() { HttpHandler = handler });
        var registry = new RegistryService.RegistryServiceClient(channel);

        Assert.Equal("Unauthenticated CREDENTIAL_MISSING", await Refusals.OfAsync(() => registry.HeartbeatAsync(new() { NodeId = Victim }, cancellationToken: TestEnd).ResponseAsync));
    }

    [Fact]
    public async Task ACertificateOfAnotherCa_DoesNotConnect()
    {
        using var foreign = CertificateAuthority.Create(IdentityFiles.DefaultTrustDomain, TimeProvider.System);
        using var identity = mesh.Issue(foreign.IssueNode(Victim));
        using var handler = MeshHandlers.Create(identity, _ => true);
        using var channel = GrpcChannel.ForAddress(mesh.NodePort(1), new() { HttpHandler = handler });
        var registry = new RegistryService.RegistryServiceClient(channel);

        var refusal = await Assert.ThrowsAsync<RpcException>(() => registry.HeartbeatAsync(new() { NodeId = Victim }, cancellationToken: TestEnd).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, refusal.StatusCode);
    }

    [Fact]
    public async Task Plaintext_FailsOnEveryNodePort()
    {
        string[] ports = [.. Enumerable.Range(1, 4).Select(mesh.NodePort), .. Enumerable.Range(1, 3).Select(mesh.DaemonPort)];
        foreach (var port in ports)
        {
            using var channel = GrpcChannel.ForAddress(port.Replace("https:", "http:", StringComparison.Ordinal));
            var registry = new RegistryService.RegistryServiceClient(channel);

            await Assert.ThrowsAsync<RpcException>(() => registry.HeartbeatAsync(new() { NodeId = Victim }, cancellationToken: TestEnd).ResponseAsync);
        }
    }

    private GrpcChannel AsAnotherNode(int service, string name)
    {
        var identity = mesh.Issue(mesh.Authority.IssueNode(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString()));
        return GrpcChannel.ForAddress(mesh.NodePort(service), new() { HttpHandler = MeshHandlers.ForService(identity, name), DisposeHttpClient = true });
    }
}
