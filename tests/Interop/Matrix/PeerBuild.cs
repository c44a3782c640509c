using System.Security.Cryptography;
using System.Text;
using OpsMesh.Cli;

namespace OpsMesh.Interop.Matrix;

/// <summary>Builds the programs of a peer, unless nothing has changed since the last time.</summary>
internal static class PeerBuild
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <returns>The version of the peer's library.</returns>
    public static async Task<string> RunAsync(Peer peer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var stamp = Path.Combine(peer.Output, ".built");
        var sources = Fingerprint(peer);
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp, cancellationToken) != sources)
        {
            await ReadAsync(peer, "build", clock, [], cancellationToken);
            await File.WriteAllTextAsync(stamp, sources, cancellationToken);
        }

        return await ReadAsync(peer, "run", clock, ["version"], cancellationToken);
    }

    private static async Task<string> ReadAsync(Peer peer, string script, TimeProvider clock, string[] arguments, CancellationToken cancellationToken)
    {
        await using var process = PeerProcess.Start(peer, script, clock, arguments);
        var (exitCode, output) = await process.ReadToEndAsync(Limit, cancellationToken);
        return exitCode == 0
            ? output
            : throw new CliException(ExitCodes.ToolMissing, $"{peer.Name}: {script} {await process.DescribeEndAsync(cancellationToken)}");
    }

    private static string Fingerprint(Peer peer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = Directory.EnumerateFiles(peer.Source, "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(peer.Source, "..", "..", "proto"), "*.proto", SearchOption.AllDirectories));
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
