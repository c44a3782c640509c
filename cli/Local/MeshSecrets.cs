using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OpsMesh.Cli.Local;

/// <summary>Tokens of one run. All are new at each `up`.</summary>
internal sealed class MeshSecrets
{
    private const int Bytes = 32;

    private readonly Dictionary<string, (string Api, string App)> _sidecar = new(StringComparer.Ordinal);

    /// <summary>For programs: the bearer of the one operator.</summary>
    public string OperatorToken { get; } = "opm_" + Random();

    /// <summary>In the printed URL; exchanged once for a cookie.</summary>
    public string OneTimeToken { get; } = Random();

    public string OperatorTokenHash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(OperatorToken)));

    /// <summary>DAPR_API_TOKEN and APP_API_TOKEN of a process.</summary>
    public (string Api, string App) SidecarOf(string process) =>
        _sidecar.TryGetValue(process, out var known) ? known : _sidecar[process] = (Random(), Random());

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
}
