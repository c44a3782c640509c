namespace OpsMesh.Sidecar.State;

/// <summary>What a bulk read found under one key.</summary>
/// <param name="State">Null: the key is absent, or could not be read.</param>
/// <param name="Error">Why this key alone could not be read; null: it could.</param>
internal readonly record struct StateRead(StoredState? State, string? Error = null);
