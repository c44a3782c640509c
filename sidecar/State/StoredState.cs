namespace OpsMesh.Sidecar.State;

/// <summary>What a store holds under a key.</summary>
/// <param name="ExpiresAt">Null: it stays.</param>
internal sealed record StoredState(ReadOnlyMemory<byte> Value, string ETag, DateTimeOffset? ExpiresAt);
