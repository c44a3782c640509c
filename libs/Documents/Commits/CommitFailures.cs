using System.Diagnostics;

namespace OpsMesh.DocumentStore;

/// <summary>How a commit that did not happen is told to a caller: the one place, so that stores need not know refusals.</summary>
public static class CommitFailures
{
    public static readonly TimeSpan StoreRetryDelay = TimeSpan.FromSeconds(2);

    /// <returns>Null for Committed, NoChange and KnownKey: what they mean is the handler's to say.</returns>
    public static Failure? AsFailure(this CommitResult result) => result switch
    {
        CommitResult.Committed or CommitResult.NoChange or CommitResult.KnownKey => null,
        CommitResult.Raced => new Failure(
            FailureKind.Raced, Reasons.ChangedMeanwhile, "Others changed the same object at the same time; try again."),
        CommitResult.Full full => Full(full.RetryAfter),
        CommitResult.Unavailable => StoreUnavailable,
        _ => throw new UnreachableException(),
    };

    public static Failure StoreUnavailable { get; } =
        new(FailureKind.Unavailable, Reasons.StoreUnavailable, "The state store does not answer.")
        {
            RetryAfter = StoreRetryDelay,
        };

    private static Failure Full(TimeSpan retryAfter) =>
        new(FailureKind.Busy, Reasons.Shed, "The outbox of this replica is full.") { RetryAfter = retryAfter };
}
