using System.Security.Cryptography.X509Certificates;

namespace OpsMesh.Identity;

/// <summary>What counts as ours: a chain that ends at one of our roots. No system trust, no revocation servers, no downloads.</summary>
internal static class ChainPolicy
{
    // Time and purpose are judged where the answer can carry a typed reason, not where it is a broken connection.
    private const X509VerificationFlags JudgedLater =
        X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.IgnoreCtlNotTimeValid | X509VerificationFlags.IgnoreWrongUsage;

    private const X509ChainStatusFlags Forgiven =
        X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotValidForUsage | X509ChainStatusFlags.CtlNotTimeValid;

    /// <summary>For peers of a server: origin only.</summary>
    public static X509ChainPolicy Lenient(X509Certificate2Collection roots)
    {
        var policy = Strict(roots);
        policy.VerificationFlags = JudgedLater;
        return policy;
    }

    /// <summary>For peers of a client: origin and time.</summary>
    public static X509ChainPolicy Strict(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    /// <summary>Builds the chain; time and purpose do not matter.</summary>
    public static bool LeadsToRoots(X509Certificate2 leaf, X509Certificate2Collection intermediates, X509Certificate2Collection roots)
    {
        using var chain = new X509Chain { ChainPolicy = Lenient(roots) };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        var built = chain.Build(leaf) && EndsInOurs(chain, roots);
        Release(chain);
        return built;
    }

    /// <summary>
    /// Whether a chain that somebody else built is ours. Looks at what it ends in, byte by byte: a chain that a system store trusts
    /// shows no errors and is still foreign.
    /// </summary>
    public static bool IsOurs(X509Chain? chain, X509Certificate2Collection roots, bool forgivesTime)
    {
        if (chain is null)
        {
            return false;
        }

        var forgiven = forgivesTime ? Forgiven : X509ChainStatusFlags.NoError;
        return Array.TrueForAll(chain.ChainStatus, status => (status.Status & ~forgiven) == X509ChainStatusFlags.NoError) && EndsInOurs(chain, roots);
    }

    private static bool EndsInOurs(X509Chain chain, X509Certificate2Collection roots) =>
        chain.ChainElements is { Count: > 1 } elements && roots.Any(root => root.RawDataMemory.Span.SequenceEqual(elements[^1].Certificate.RawDataMemory.Span));

    private static void Release(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }
    }
}
