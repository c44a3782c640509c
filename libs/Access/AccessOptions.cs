using OpsMesh.Identity;

namespace OpsMesh.Access;

/// <summary>What the judging of callers depends on.</summary>
public sealed record AccessOptions
{
    /// <summary>Only certificates of this trust domain are callers.</summary>
    public string TrustDomain { get; init; } = IdentityFiles.DefaultTrustDomain;

    /// <summary>What the sidecar must send on the app port. Null closes that port to everybody.</summary>
    public string? AppApiToken { get; init; }

    /// <summary>The service that may bring an operator's bearer token through the node port.</summary>
    public string ConsoleName { get; init; } = "console";

    /// <summary>Allows reflection, and relaxes nothing else.</summary>
    public bool Dev { get; init; }
}
