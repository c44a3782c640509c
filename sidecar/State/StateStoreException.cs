using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.State;

/// <summary>A store refused an operation.</summary>
internal sealed class StateStoreException(string message, bool isETagMismatch = false, bool isInvalidETag = false) : Exception(message), IJudgedFailure
{
    /// <summary>The condition of a write did not hold; another caller was first.</summary>
    public bool IsETagMismatch { get; } = isETagMismatch;

    /// <summary>The condition is none that this store could have given out.</summary>
    public bool IsInvalidETag { get; } = isInvalidETag;

    /// <summary>A policy of the component ended the wait for the store.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>Another attempt would fail like this one; but a breaker counts it.</summary>
    public Verdict Verdict => IsETagMismatch || IsInvalidETag ? Verdict.GiveUp : Verdict.Retry;

    public static StateStoreException Mismatch(string? detail = null) =>
        new("possible etag mismatch. error from state store" + (detail is null ? "" : ": " + detail), isETagMismatch: true);

    public static StateStoreException InvalidETag(string detail) => new("invalid etag value: " + detail, isInvalidETag: true);
}
