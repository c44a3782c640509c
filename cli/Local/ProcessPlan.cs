using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>How to start one process of the mesh, and when it counts as ready.</summary>
internal sealed record ProcessPlan
{
    public required TyeService Service { get; init; }

    /// <summary>Behind the assembly.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A program of the system and its arguments; null: the built assembly of the service.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Holds secrets: never logged, never in argv.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Answers once the process is ready: 2xx, or what its scheme says.</summary>
    public required Uri ReadyUrl { get; init; }

    public string? NodeId { get; init; }

    /// <summary>Of the console only.</summary>
    public ConsoleFile? Login { get; init; }

    public string Name => Service.Name;

    /// <summary>SIGTERM lets PostgreSQL wait for clients that nobody will end.</summary>
    public static int StopSignal(ProcessKind kind) => kind == ProcessKind.Store ? Posix.Int : Posix.Term;
}
