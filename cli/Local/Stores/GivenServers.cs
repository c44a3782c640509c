using System.CommandLine;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>The options that name servers which run already, so that `up` starts none of its own.</summary>
internal sealed class GivenServers(Func<string, string?> environment)
{
    public Option<string?> Postgres { get; } = Create("--postgres", "CONNECTION", "A PostgreSQL that runs already, as libpq names it: 'host=db user=me dbname=opsmesh' or a URL.");

    public Option<string?> Redis { get; } = Create("--redis", "ADDRESS", "A Redis that runs already: HOST:PORT or redis://:PASSWORD@HOST:PORT.");

    /// <exception cref="CliException">One cannot be what it should, or the profile has no use for it.</exception>
    public LocalOptions Read(ParseResult parsed, LocalOptions options)
    {
        if (options.Profile != StoreServers.Profile)
        {
            return ((Option<string?>[])[Postgres, Redis]).FirstOrDefault(o => parsed.GetValue(o) is not null) is { } unused
                ? throw Wrong($"{unused.Name} is for --profile {StoreServers.Profile}.")
                : options;
        }

        var postgres = Value(parsed, Postgres);
        if (postgres?.AsSpan().IndexOfAny('=', ':') < 0)
        {
            throw Wrong($"--postgres wants pairs such as host=db or a URL, not '{postgres}'.");
        }

        var redis = Value(parsed, Redis);
        return options with
        {
            Postgres = postgres,
            Redis = redis is null ? null : RedisAddress.Parse(redis) ?? throw Wrong("--redis wants HOST:PORT or redis://:PASSWORD@HOST:PORT, without a user and with database 0."),
        };
    }

    private string? Value(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) ?? (environment(Variable(option.Name)) is { Length: > 0 } text ? text : null);

    private static Option<string?> Create(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = $"{description} Also from {Variable(name)}, where a password is better kept. Default: one of its own, for --profile {StoreServers.Profile}.",
    };

    private static string Variable(string name) => "OPSMESH_UP_" + name[2..].ToUpperInvariant();

    private static CliException Wrong(string message) => new(ExitCodes.BadConfiguration, message);
}
