using System.Security.Cryptography;

namespace OpsMesh.Registry.Registration;

/// <summary>What a daemon is told about the mesh when it registers.</summary>
/// <param name="Endpoints">Node port URL by service name.</param>
/// <param name="CaBundleHash">SHA-256 (hex) of the roots' file as it was at start; empty when none is configured.</param>
internal sealed record MeshInformation(IReadOnlyDictionary<string, string> Endpoints, string CaBundleHash)
{
    public static MeshInformation From(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Endpoints").GetChildren()
            .Where(e => e.Value is { Length: > 0 })
            .ToDictionary(e => e.Key.ToLowerInvariant(), e => e.Value!, StringComparer.Ordinal);
        var roots = configuration["Identity:Roots"];
        return new MeshInformation(
            endpoints, File.Exists(roots) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(roots))) : "");
    }
}
