namespace OpsMesh.DocumentStore;

/// <summary>The state store or its sidecar did not do what was asked. For a write the outcome is unknown.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : FailureException(CommitFailures.StoreUnavailable, message, inner);
