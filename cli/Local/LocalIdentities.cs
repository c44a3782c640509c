using OpsMesh.Identity;

namespace OpsMesh.Cli.Local;

/// <summary>The mesh's own CA in the data folder, and certificates for every process that has a node port or dials one.</summary>
internal sealed class LocalIdentities : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly CertificateAuthority _authority;
    private readonly MeshLayout _layout;

    public LocalIdentities(MeshLayout layout, TimeProvider clock)
    {
        _layout = layout;
        _authority = LoadOrCreate(layout, clock);
    }

    public IdentityFiles ForService(string name) =>
        _authority.IssueService(name, LeafOptions.Service with { Lifetime = Lifetime }).WriteTo(_layout.Identity(name), name);

    public IdentityFiles ForNode(string name, string nodeId) =>
        _authority.IssueNode(nodeId, LeafOptions.Node with { Lifetime = Lifetime }).WriteTo(_layout.Identity(name), name);

    public void Dispose() => _authority.Dispose();

    /// <summary>Kept between runs: envelopes that a daemon has in its journal stay verifiable.</summary>
    private static CertificateAuthority LoadOrCreate(MeshLayout layout, TimeProvider clock)
    {
        try
        {
            var kept = CertificateAuthority.Load(layout.Ca, IdentityFiles.DefaultTrustDomain, clock);
            if (kept.IssuerNotAfter - clock.GetUtcNow() > Lifetime)
            {
                return kept;
            }

            kept.Dispose();
        }
        catch (IdentityException)
        {
            // The first run, or a damaged folder: both end in a new CA, since this one signs for this machine only.
        }

        var authority = CertificateAuthority.Create(IdentityFiles.DefaultTrustDomain, clock);
        authority.Save(layout.Ca);
        return authority;
    }
}
