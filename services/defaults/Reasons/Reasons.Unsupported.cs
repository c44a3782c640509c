namespace OpsMesh;

/// <remarks>Unsupported: This side cannot do it at all.</remarks>
public static partial class Reasons
{
    public const string UnsupportedByNode = "UNSUPPORTED_BY_NODE";
    public const string NotBuilt = "NOT_BUILT";
}
