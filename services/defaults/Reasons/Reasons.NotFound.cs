namespace OpsMesh;

/// <remarks>NotFound: There is no such thing, or none that the caller may see.</remarks>
public static partial class Reasons
{
    public const string NodeUnknown = "NODE_UNKNOWN";
    public const string AgentUnknown = "AGENT_UNKNOWN";
    public const string CommandUnknown = "COMMAND_UNKNOWN";
    public const string ObjectUnknown = "OBJECT_UNKNOWN";
}
