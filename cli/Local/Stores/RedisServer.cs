using System.Globalization;
using System.Security.Cryptography;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>The Redis server of one local run. It keeps what it was told in a file, so a restart loses no event.</summary>
internal sealed class RedisServer(MeshLayout layout)
{
    public const string Name = "redis";
    private const string Program = "redis-server";

    private string Config => Path.Combine(layout.Data(Name), "redis.conf");

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Any(f => File.Exists(Path.Combine(f, Program)));

    /// <summary>Writes its configuration, with a new password; it is 0600.</summary>
    public RedisAddress Prepare(int port)
    {
        if (!IsInstalled)
        {
            throw new CliException(ExitCodes.ToolMissing, "Redis is not installed. On Debian: apt-get install redis-server. Or name a server that runs with --redis.");
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        MeshLayout.WritePrivate(
            Config,
            string.Create(CultureInfo.InvariantCulture, $"""
                port {port}
                bind 127.0.0.1
                requirepass {password}
                dir "{layout.Data(Name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}"
                save ""
                appendonly yes
                appendfsync everysec

                """));
        return new RedisAddress(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), password);
    }

    public IReadOnlyList<string> Command() => [Program, Config];
}
