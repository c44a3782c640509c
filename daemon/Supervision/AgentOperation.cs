namespace OpsMesh.Daemon.Supervision;

/// <summary>What can be done to an agent.</summary>
internal enum AgentOperation
{
    Start,
    Stop,
    Restart,

    /// <summary>SIGKILL at once; does not wait for its turn.</summary>
    Kill,
}

/// <summary>One operation that somebody asked for.</summary>
internal sealed record OperationOrder
{
    public required AgentOperation Operation { get; init; }

    /// <summary>A restart of an older generation than this is a no-op; 0 for any.</summary>
    public ulong Generation { get; init; }

    /// <summary>Trace of the command; empty for none. Noted in the states that it causes.</summary>
    public string Traceparent { get; init; } = "";

    /// <summary>Id of the span that its spans hang under; set by the supervisor.</summary>
    public string? Parent { get; init; }

    /// <summary>A kill that found the program alive when it was given; set by the supervisor.</summary>
    public bool HasHit { get; init; }

    /// <summary>Called when its turn has come and before anything happens: what it throws ends the order without effect.</summary>
    public Func<CancellationToken, ValueTask> BeforeEffect { get; init; } = _ => ValueTask.CompletedTask;
}

/// <summary>How an operation ended.</summary>
/// <param name="Outcome">DONE, ALREADY_RUNNING, NOT_RUNNING, EXITED_AT_ONCE, or a reason.</param>
/// <param name="Message">One sentence for people.</param>
internal sealed record OperationResult(bool Success, string Outcome, string Message)
{
    public static OperationResult Done(string message) => new(true, "DONE", message);
}
