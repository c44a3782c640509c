namespace OpsMesh.Sidecar.State;

/// <summary>One item of a request, before the store's rules are applied.</summary>
internal sealed record StateItem(string Key)
{
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The value is JSON text, as everything that came over HTTP.</summary>
    public bool IsText { get; init; }

    /// <summary>Empty counts as none.</summary>
    public string? ETag { get; init; }

    public bool IsFirstWrite { get; init; }

    /// <summary>Asked for by name; a write without a wish is not.</summary>
    public bool IsLastWrite { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
