using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Sessions;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Commands;

public sealed class EnvelopeGateTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly CertificateAuthority _authority;
    private readonly ServerClock _serverClock;
    private readonly EnvelopeGate _gate;

    public EnvelopeGateTests()
    {
        _authority = CertificateAuthority.Create("opsmesh.local", _clock);
        _serverClock = new ServerClock(_clock);
        _gate = new EnvelopeGate("n1", new EnvelopeVerifier(MeshIdentity.From(_authority.IssueNode("n1")), _clock), _serverClock);
    }

    [Fact]
    public void SignedCommandForThisNode_IsOpened()
    {
        var outcome = _gate.Open(Envelope(_authority.IssueService("agent-command"), Payload()));

        Assert.True(outcome.Succeeded);
        Assert.Null(_gate.CheckFresh(outcome.Value));
    }

    [Fact]
    public void NoEnvelope_IsRequired() => Assert.Equal(Reasons.EnvelopeRequired, _gate.Open(null).Failure?.Reason);

    [Fact]
    public void WrongSigners_AreRefused()
    {
        using var foreign = CertificateAuthority.Create("opsmesh.local", _clock);
        var good = Envelope(_authority.IssueService("agent-command"), Payload());
        var unsigned = new CommandEnvelope(good) { Signature = ByteString.Empty };
        var changed = new CommandEnvelope(good) { Payload = Payload("stop").ToByteString() };

        foreach (var envelope in (CommandEnvelope[])
            [unsigned, changed, Envelope(foreign.IssueService("agent-command"), Payload()), Envelope(_authority.IssueService("registry"), Payload()),
             Envelope(_authority.IssueNode("agent-command"), Payload())])
        {
            Assert.Equal(Reasons.CommandSignatureInvalid, _gate.Open(envelope).Failure?.Reason);
        }
    }

    [Fact]
    public void CommandForAnotherNode_IsRefused()
    {
        var payload = Payload();
        payload.NodeId = "n2";

        Assert.Equal(Reasons.EnvelopeAudience, _gate.Open(Envelope(_authority.IssueService("agent-command"), payload)).Failure?.Reason);
    }

    [Fact]
    public void Expiry_IsJudgedByTheServersClock()
    {
        var payload = Payload();
        _clock.Advance(TimeSpan.FromHours(1));
        _serverClock.Set(payload.IssuedAt.ToDateTimeOffset().AddMinutes(1));

        Assert.Null(_gate.CheckFresh(payload));
        _clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(Reasons.CommandExpired, _gate.CheckFresh(payload)?.Reason);
    }

    public void Dispose() => _authority.Dispose();

    private static CommandEnvelope Envelope(IssuedIdentity signer, CommandPayload payload)
    {
        using var signing = new EnvelopeSigner(MeshIdentity.From(signer));
        var bytes = payload.ToByteArray();
        return new CommandEnvelope
        {
            Payload = ByteString.CopyFrom(bytes),
            Signature = ByteString.CopyFrom(signing.Sign(bytes)),
            SignerChain = { signing.Chain.Select(c => ByteString.CopyFrom(c)) },
        };
    }

    private CommandPayload Payload(string operation = "restart") => new()
    {
        CommandId = "c1",
        NodeId = "n1",
        IssuedAt = _clock.GetUtcNow().ToTimestamp(),
        Ttl = Duration.FromTimeSpan(TimeSpan.FromMinutes(15)),
        Operate = new OperateAgentAction { AgentId = "game", Operation = operation },
    };
}
