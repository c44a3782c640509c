namespace OpsMesh;

/// <remarks>Unsupported: This side cannot do it at all.</remarks>
public static partial class Reasons
{
    /// <summary>The node's version cannot do it.</summary>
    public const string UnsupportedByNode = "UNSUPPORTED_BY_NODE";

    /// <summary>The call is declared and not built yet.</summary>
    public const string NotBuilt = "NOT_BUILT";
}
