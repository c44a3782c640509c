namespace OpsMesh.Samples.GameServer;

/// <summary>The three things this program can do.</summary>
internal static class Modes
{
    private const string Usage =
        """
        usage: game-server serve --port PORT
               game-server log --interval-ms MILLISECONDS
               game-server burn --seconds SECONDS --cores CORES
        """;

    public static Task<int> RunAsync(string[] args, TimeProvider clock, CancellationToken stopping)
    {
        var flags = Flags.Parse(args.Skip(1), Usage);
        return args.FirstOrDefault() switch
        {
            "serve" => new Server(flags.Int("--port", 7777), clock).RunAsync(stopping),
            "log" => new Chatter(TimeSpan.FromMilliseconds(flags.Int("--interval-ms", 1000)), clock).RunAsync(stopping),
            "burn" => Burner.RunAsync(TimeSpan.FromSeconds(flags.Int("--seconds", 0)), flags.Int("--cores", 1), clock, stopping),
            _ => throw new FormatException(Usage),
        };
    }
}
