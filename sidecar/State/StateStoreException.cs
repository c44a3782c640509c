namespace OpsMesh.Sidecar.State;

/// <summary>A store refused an operation.</summary>
internal sealed class StateStoreException(string message, bool isETagMismatch = false) : Exception(message)
{
    /// <summary>The condition of a write did not hold; another caller was first.</summary>
    public bool IsETagMismatch { get; } = isETagMismatch;

    public static StateStoreException Mismatch(string? detail = null) =>
        new("possible etag mismatch. error from state store" + (detail is null ? "" : ": " + detail), isETagMismatch: true);
}
