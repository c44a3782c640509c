namespace OpsMesh.Identity;

/// <summary>A certificate with its key, as it is written to files.</summary>
/// <param name="ChainPem">Leaf first, then the issuer.</param>
/// <param name="KeyPem">PKCS#8; a secret.</param>
/// <param name="RootsPem">What its holder trusts.</param>
public sealed record IssuedIdentity(SpiffeId Id, string ChainPem, string KeyPem, string RootsPem)
{
    /// <summary>Writes &lt;name&gt;.pem, &lt;name&gt;.key (0600) and roots.pem into the folder, the key first.</summary>
    public IdentityFiles WriteTo(string folder, string name)
    {
        AtomicFile.CreateFolder(folder);
        var files = new IdentityFiles(
            Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"), Path.Combine(folder, "roots.pem"), Id.TrustDomain);
        AtomicFile.WritePrivate(files.Key, KeyPem);
        AtomicFile.WritePublic(files.Certificate, ChainPem);
        AtomicFile.WritePublic(files.Roots, RootsPem);
        return files;
    }

    /// <summary>No secrets in logs.</summary>
    public override string ToString() => $"certificate of {Id}";
}

/// <summary>Where a process finds who it is.</summary>
/// <param name="Certificate">PEM: leaf, then intermediates.</param>
/// <param name="Key">PEM: the leaf's key.</param>
/// <param name="Roots">PEM bundle of all that is trusted.</param>
public sealed record IdentityFiles(string Certificate, string Key, string Roots, string TrustDomain = IdentityFiles.DefaultTrustDomain)
{
    public const string DefaultTrustDomain = "opsmesh.local";
}
