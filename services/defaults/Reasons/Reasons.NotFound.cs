namespace OpsMesh;

/// <remarks>NotFound: There is no such thing, or none that the caller may see.</remarks>
public static partial class Reasons
{
    /// <summary>No such node, or none that the caller may see.</summary>
    public const string NodeUnknown = "NODE_UNKNOWN";

    /// <summary>The node has no such agent.</summary>
    public const string AgentUnknown = "AGENT_UNKNOWN";

    /// <summary>No such command.</summary>
    public const string CommandUnknown = "COMMAND_UNKNOWN";

    /// <summary>No such object, or none that the caller may see.</summary>
    public const string ObjectUnknown = "OBJECT_UNKNOWN";
}
