namespace OpsMesh.Sidecar.State;

/// <summary>A store refused an operation.</summary>
internal sealed class StateStoreException(string message, bool isETagMismatch = false, bool isInvalidETag = false) : Exception(message)
{
    /// <summary>The condition of a write did not hold; another caller was first.</summary>
    public bool IsETagMismatch { get; } = isETagMismatch;

    /// <summary>The condition is none that this store could have given out.</summary>
    public bool IsInvalidETag { get; } = isInvalidETag;

    public static StateStoreException Mismatch(string? detail = null) =>
        new("possible etag mismatch. error from state store" + (detail is null ? "" : ": " + detail), isETagMismatch: true);

    public static StateStoreException InvalidETag(string detail) => new("invalid etag value: " + detail, isInvalidETag: true);
}
