namespace OpsMesh.Sidecar.State;

/// <summary>One write or deletion, with the key as it is stored.</summary>
internal sealed record StateOperation(string Key, bool IsDelete)
{
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The value is JSON text; otherwise bytes that a text column must encode.</summary>
    public bool IsText { get; init; }

    /// <summary>Null: not conditional. Never empty.</summary>
    public string? ETag { get; init; }

    public bool IsFirstWrite { get; init; }

    /// <summary>Asked for by name; a write without a wish is not.</summary>
    public bool IsLastWrite { get; init; }

    /// <summary>Metadata <c>contentType</c> says JSON.</summary>
    public bool IsDeclaredJson { get; init; }

    /// <summary>As given: the stores read and refuse it differently.</summary>
    public string? Ttl { get; init; }
}
