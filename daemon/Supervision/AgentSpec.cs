using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpsMesh.Daemon.Supervision;

/// <summary>When an agent's program is started again after it ended by itself.</summary>
internal enum RestartMode
{
    Always,
    OnFailure,
    Never,
}

/// <summary>One program that the daemon supervises, as the node's configuration describes it.</summary>
internal sealed record AgentSpec
{
    public required string Id { get; init; }

    /// <summary>Kind of program, for people and filters.</summary>
    public required string Type { get; init; }

    /// <summary>Absolute path, or a name that is looked up in the program's PATH.</summary>
    public required string Command { get; init; }

    public string Version { get; init; } = "";

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Added to the small environment that every program gets; the daemon's own environment is not passed on.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: the agent's own folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Whether it is started when the daemon sees it for the first time.</summary>
    public bool AutoStart { get; init; } = true;

    public RestartMode Restart { get; init; } = RestartMode.Always;

    /// <summary>Time between SIGTERM and SIGKILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>SHA-256 (hex) of everything above.</summary>
    public string Hash()
    {
        var text = new StringBuilder();
        void Add(string part) => text.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part};");

        foreach (var part in (string[])[Id, Type, Command, Version, WorkingFolder ?? "", Restart.ToString(), StopGrace.ToString("c", CultureInfo.InvariantCulture)])
        {
            Add(part);
        }

        foreach (var argument in Arguments)
        {
            Add(argument);
        }

        foreach (var (name, value) in Environment.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            Add(name + "=" + value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
