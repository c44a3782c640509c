using System.Net;

namespace OpsMesh.Identity;

/// <summary>What a leaf certificate is made of, beside its id and key.</summary>
public sealed record LeafOptions
{
    public static readonly LeafOptions Service = new() { Lifetime = TimeSpan.FromDays(7) };

    public static readonly LeafOptions Node = new() { Lifetime = TimeSpan.FromHours(24) };

    /// <summary>From now on; the certificate ends with its issuer at the latest.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>How long ago it became valid: clocks differ.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMinutes(15);

    public bool ClientAuth { get; init; } = true;

    public bool ServerAuth { get; init; } = true;

    /// <summary>Names for peers that know no SPIFFE (browsers, curl); peers of the mesh ignore them.</summary>
    public IReadOnlyList<string> DnsNames { get; init; } = [];

    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
}
