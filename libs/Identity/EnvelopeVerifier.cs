using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

public enum EnvelopeVerdict
{
    Valid = 1,

    /// <summary>No signature or no chain.</summary>
    NotSigned,

    /// <summary>The chain cannot be read or does not lead to our roots.</summary>
    ForeignSigner,

    /// <summary>One of ours signed it, but not the one that may.</summary>
    WrongSigner,

    /// <summary>The signer's certificate is not valid now.</summary>
    ExpiredSigner,

    /// <summary>Not this payload, or not this key.</summary>
    BadSignature,
}

/// <summary>
/// Decides whether the one service that may command nodes signed these bytes. Expiry and addressee stand in the payload and are the
/// caller's to check, after this.
/// </summary>
public sealed class EnvelopeVerifier(X509Certificate2Collection roots, SpiffeId signer, TimeProvider clock)
{
    /// <summary>The service whose signature a node obeys.</summary>
    public const string CommandSigner = "agent-command";

    private const int LongestChain = 4;
    private const int LongestCertificateBytes = 8 * 1024;

    public EnvelopeVerifier(MeshIdentity identity, TimeProvider clock)
        : this(identity.Roots, identity.Service(CommandSigner), clock)
    {
    }

    /// <param name="chain">DER, leaf first.</param>
    public EnvelopeVerdict Verify(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature, IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        if (signature.IsEmpty || chain.Count == 0)
        {
            return EnvelopeVerdict.NotSigned;
        }

        var certificates = Read(chain);
        try
        {
            return certificates is null ? EnvelopeVerdict.ForeignSigner : Judge(payload, signature, certificates);
        }
        finally
        {
            foreach (var certificate in certificates ?? [])
            {
                certificate.Dispose();
            }
        }
    }

    private EnvelopeVerdict Judge(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature, X509Certificate2Collection certificates)
    {
        var leaf = certificates[0];
        if (!ChainPolicy.LeadsToRoots(leaf, certificates, roots))
        {
            return EnvelopeVerdict.ForeignSigner;
        }

        if (leaf.GetSpiffeId() != signer)
        {
            return EnvelopeVerdict.WrongSigner;
        }

        if (!leaf.IsValidAt(clock.GetUtcNow()))
        {
            return EnvelopeVerdict.ExpiredSigner;
        }

        using var key = leaf.GetECDsaPublicKey();
        return key is not null
            && key.VerifyData(Envelopes.Signed(payload), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                ? EnvelopeVerdict.Valid
                : EnvelopeVerdict.BadSignature;
    }

    private static X509Certificate2Collection? Read(IReadOnlyList<ReadOnlyMemory<byte>> chain)
    {
        if (chain.Count > LongestChain || chain.Any(c => c.Length > LongestCertificateBytes))
        {
            return null;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var encoded in chain)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(encoded.Span));
            }

            return certificates;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
