namespace OpsMesh.Yaml;

/// <summary>How large a document may be. All are counted while reading, so a hostile one costs no more than the limit.</summary>
public sealed record YamlLimits
{
    public static readonly YamlLimits Default = new();

    /// <summary>UTF-16 units of text; a caller that has bytes checks their number before decoding. Default 256 Ki.</summary>
    public int MaxLength { get; init; } = 256 * 1024;

    /// <summary>Maps and lists inside each other. Default 32.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Values of all kinds. Default 50,000.</summary>
    public int MaxNodes { get; init; } = 50_000;
}
