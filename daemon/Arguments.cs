namespace OpsMesh.Daemon;

/// <summary>What the daemon was asked for on its command line.</summary>
internal sealed record Arguments
{
    public const string DefaultConfig = "/etc/opsmesh/daemon.yaml";

    public const string Help = """
        opsmesh-daemon: supervises the agents of one node and connects it to the mesh.

          --config FILE     its configuration; default /etc/opsmesh/daemon.yaml
          --check-config    reads the configuration, says what is wrong with it, and ends
          --stop-agents     stops every program that a daemon over this data folder has left running, and ends
          --help            this text

        The programs go on when the daemon ends; only --stop-agents or a stop of each ends them.
        Exit codes: 0 well, 2 configuration or arguments are wrong, 3 a port is taken.
        """;

    public string Config { get; init; } = DefaultConfig;

    public bool WantsHelp { get; init; }

    public bool CheckOnly { get; init; }

    public bool StopAgents { get; init; }

    /// <returns>Null with what is wrong when they cannot be understood.</returns>
    public static (Arguments? Arguments, string Error) Parse(IReadOnlyList<string> args)
    {
        var result = new Arguments();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    result = result with { WantsHelp = true };
                    break;
                case "--check-config":
                    result = result with { CheckOnly = true };
                    break;
                case "--stop-agents":
                    result = result with { StopAgents = true };
                    break;
                case "--config" when i + 1 < args.Count:
                    result = result with { Config = Path.GetFullPath(args[++i]) };
                    break;
                case "--config":
                    return (null, "--config needs a file");
                default:
                    return (null, $"'{args[i]}' is not known; --help says what is");
            }
        }

        return (result, "");
    }
}
