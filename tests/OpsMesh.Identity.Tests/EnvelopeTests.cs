using OpsMesh.Testing;

namespace OpsMesh.Identity;

public sealed class EnvelopeTests : IDisposable
{
    private static readonly byte[] Payload = "stop game on n1"u8.ToArray();

    private readonly TestMesh _mesh = new();
    private readonly EnvelopeVerifier _verifier;

    public EnvelopeTests() => _verifier = new EnvelopeVerifier(_mesh.Node("n1"), TimeProvider.System);

    public void Dispose() => _mesh.Dispose();

    [Fact]
    public void EnvelopeOfAgentCommand_IsValid()
    {
        using var signer = new EnvelopeSigner(_mesh.Service("agent-command"));

        Assert.Equal(EnvelopeVerdict.Valid, Verify(signer, Payload, signer.Sign(Payload)));
        Assert.Equal(64, signer.Sign(Payload).Length);
    }

    [Fact]
    public void EnvelopeWithoutSignatureOrChain_IsNotSigned()
    {
        using var signer = new EnvelopeSigner(_mesh.Service("agent-command"));

        Assert.Equal(EnvelopeVerdict.NotSigned, Verify(signer, Payload, []));
        Assert.Equal(EnvelopeVerdict.NotSigned, _verifier.Verify(Payload, signer.Sign(Payload), []));
    }

    [Fact]
    public void SignatureOfAnotherMesh_IsForeign()
    {
        using var foreign = new TestMesh();
        using var signer = new EnvelopeSigner(foreign.Service("agent-command"));

        Assert.Equal(EnvelopeVerdict.ForeignSigner, Verify(signer, Payload, signer.Sign(Payload)));
    }

    [Fact]
    public void SignatureOfAnotherServiceOrNode_IsOfTheWrongSigner()
    {
        using var registry = new EnvelopeSigner(_mesh.Service("registry"));
        using var node = new EnvelopeSigner(_mesh.Node("agent-command"));

        Assert.Equal(EnvelopeVerdict.WrongSigner, Verify(registry, Payload, registry.Sign(Payload)));
        Assert.Equal(EnvelopeVerdict.WrongSigner, Verify(node, Payload, node.Sign(Payload)));
    }

    [Fact]
    public void SignerPastItsTime_IsExpired()
    {
        var clock = new ManualClock();
        using var mesh = new TestMesh(clock);
        using var signer = new EnvelopeSigner(mesh.Service("agent-command"));
        var verifier = new EnvelopeVerifier(mesh.Node("n1"), clock);

        clock.Advance(TimeSpan.FromDays(8));

        Assert.Equal(EnvelopeVerdict.ExpiredSigner, verifier.Verify(Payload, signer.Sign(Payload), Chain(signer)));
    }

    [Fact]
    public void EveryFlippedByte_BreaksTheSignature()
    {
        using var signer = new EnvelopeSigner(_mesh.Service("agent-command"));
        var signature = signer.Sign(Payload);

        for (var i = 0; i < signature.Length; i++)
        {
            byte[] flipped = [.. signature];
            flipped[i] ^= 1;
            Assert.Equal(EnvelopeVerdict.BadSignature, Verify(signer, Payload, flipped));
        }

        Assert.Equal(EnvelopeVerdict.BadSignature, Verify(signer, "stop game on n2"u8.ToArray(), signature));
        Assert.Equal(EnvelopeVerdict.BadSignature, Verify(signer, Payload, [.. signature, 0]));
    }

    [Fact]
    public void ChainOfRubbish_IsForeign()
    {
        using var signer = new EnvelopeSigner(_mesh.Service("agent-command"));
        var signature = signer.Sign(Payload);

        Assert.Equal(EnvelopeVerdict.ForeignSigner, _verifier.Verify(Payload, signature, [new byte[] { 1, 2, 3 }]));
        Assert.Equal(EnvelopeVerdict.ForeignSigner, _verifier.Verify(Payload, signature, [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(signer.Chain[0], 50)]));
        Assert.Equal(EnvelopeVerdict.ForeignSigner, _verifier.Verify(Payload, signature, [signer.Chain[0]]));
    }

    private EnvelopeVerdict Verify(EnvelopeSigner signer, byte[] payload, byte[] signature) => _verifier.Verify(payload, signature, Chain(signer));

    private static ReadOnlyMemory<byte>[] Chain(EnvelopeSigner signer) => [.. signer.Chain.Select(c => (ReadOnlyMemory<byte>)c)];
}
