namespace OpsMesh;

/// <remarks>Unavailable: Something that is needed is away; retry with back-off.</remarks>
public static partial class Reasons
{
    /// <summary>The store did not take or give it; nothing was changed.</summary>
    public const string StoreUnavailable = "STORE_UNAVAILABLE";

    /// <summary>No way to the node works right now.</summary>
    public const string NodeUnreachable = "NODE_UNREACHABLE";

    /// <summary>Another replica holds the node.</summary>
    public const string NotHere = "NOT_HERE";

    /// <summary>The process is about to stop; call again.</summary>
    public const string Draining = "DRAINING";

    /// <summary>A secret that is needed cannot be read.</summary>
    public const string SecretUnavailable = "SECRET_UNAVAILABLE";

    /// <summary>The image registry cannot be reached.</summary>
    public const string RegistryUnavailable = "REGISTRY_UNAVAILABLE";

    /// <summary>The service that answers this call cannot be reached.</summary>
    public const string ServiceUnavailable = "SERVICE_UNAVAILABLE";
}
