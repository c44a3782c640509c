using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.EndToEnd.Mesh;
using OpsMesh.Identity;

namespace OpsMesh.EndToEnd.BadInput;

/// <summary>Commands that a daemon must not obey, brought by one that holds agent-command's own certificate or none at all.</summary>
public sealed class BadEnvelopeTests(MeshFixture mesh)
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoEnvelope_IsRefused() =>
        Assert.Equal("PermissionDenied ENVELOPE_REQUIRED", await ExecuteAsync(null));

    [Fact]
    public async Task UnsignedEnvelope_IsRefused()
    {
        var envelope = Sign(Payload(mesh.Nodes[0]));
        envelope.Signature = ByteString.Empty;

        Assert.Equal("PermissionDenied COMMAND_SIGNATURE_INVALID", await ExecuteAsync(envelope));
    }

    [Fact]
    public async Task FlippedBit_IsRefused()
    {
        var envelope = Sign(Payload(mesh.Nodes[0]));
        var payload = envelope.Payload.ToByteArray();
        payload[^1] ^= 1;
        envelope.Payload = ByteString.CopyFrom(payload);

        Assert.Equal("PermissionDenied COMMAND_SIGNATURE_INVALID", await ExecuteAsync(envelope));
    }

    [Fact]
    public async Task SignerThatIsNotAgentCommand_IsRefused()
    {
        var envelope = Sign(Payload(mesh.Nodes[0]), mesh.Authority.IssueService("registry"));

        Assert.Equal("PermissionDenied COMMAND_SIGNATURE_INVALID", await ExecuteAsync(envelope));
    }

    [Fact]
    public async Task SignerOfAnotherCa_IsRefused()
    {
        using var foreign = CertificateAuthority.Create(IdentityFiles.DefaultTrustDomain, TimeProvider.System);
        var envelope = Sign(Payload(mesh.Nodes[0]), foreign.IssueService("agent-command"));

        Assert.Equal("PermissionDenied COMMAND_SIGNATURE_INVALID", await ExecuteAsync(envelope));
    }

    [Fact]
    public async Task EnvelopeForAnotherNode_IsRefused() =>
        Assert.Equal("PermissionDenied ENVELOPE_AUDIENCE", await ExecuteAsync(Sign(Payload(mesh.Nodes[1]))));

    [Fact]
    public async Task ExpiredEnvelope_IsRefused()
    {
        var payload = Payload(mesh.Nodes[0]);
        payload.IssuedAt = TimeProvider.System.GetUtcNow().AddHours(-1).ToTimestamp();

        Assert.Equal("FailedPrecondition COMMAND_EXPIRED", await ExecuteAsync(Sign(payload)));
    }

    [Fact]
    public async Task AnotherService_MayNotExecute() =>
        Assert.Equal("PermissionDenied ROLE_MISSING", await ExecuteAsync(Sign(Payload(mesh.Nodes[0])), "log-streaming"));

    private async Task<string> ExecuteAsync(CommandEnvelope? envelope, string caller = "agent-command")
    {
        var identity = mesh.Issue(mesh.Authority.IssueService(caller));
        using var channel = GrpcChannel.ForAddress(mesh.DaemonPort(1), new() { HttpHandler = MeshHandlers.ForNode(identity, mesh.Nodes[0]), DisposeHttpClient = true });
        var daemon = new DaemonService.DaemonServiceClient(channel);
        return await Refusals.OfAsync(async () =>
        {
            using var call = daemon.Execute(new() { Envelope = envelope }, cancellationToken: TestEnd);
            await call.ResponseStream.MoveNext(TestEnd);
        });
    }

    private CommandEnvelope Sign(CommandPayload payload, IssuedIdentity? signer = null)
    {
        using var identity = mesh.Issue(signer ?? mesh.Authority.IssueService("agent-command"));
        using var signing = new EnvelopeSigner(identity);
        var bytes = payload.ToByteArray();
        return new()
        {
            Payload = ByteString.CopyFrom(bytes),
            Signature = ByteString.CopyFrom(signing.Sign(bytes)),
            SignerChain = { signing.Chain.Select(certificate => ByteString.CopyFrom(certificate)) },
        };
    }

    private static CommandPayload Payload(string nodeId) => new()
    {
        CommandId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString(),
        NodeId = nodeId,
        Principal = "operator:test",
        IssuedAt = TimeProvider.System.GetUtcNow().ToTimestamp(),
        Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(15)),
        RunTimeout = Duration.FromTimeSpan(TimeSpan.FromMinutes(10)),
        Operate = new() { AgentId = "game", Operation = "restart" },
    };
}
