using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>Signs commands with the service's own key: ES256, 64 bytes r ‖ s. Safe from any thread.</summary>
public sealed class EnvelopeSigner : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;

    public EnvelopeSigner(MeshIdentity identity)
    {
        _key = identity.Leaf.GetECDsaPrivateKey() ?? throw new IdentityException($"the key of {identity.Id} is not an EC key");
        Chain = [identity.Leaf.RawData, .. identity.Intermediates.Select(c => c.RawData)];
    }

    /// <summary>DER, leaf first; goes into the envelope.</summary>
    public IReadOnlyList<byte[]> Chain { get; }

    public byte[] Sign(ReadOnlySpan<byte> payload)
    {
        var signed = Envelopes.Signed(payload);
        lock (_gate)
        {
            return _key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    public void Dispose() => _key.Dispose();
}
