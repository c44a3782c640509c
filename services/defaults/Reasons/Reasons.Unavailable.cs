namespace OpsMesh;

/// <remarks>Unavailable: Something that is needed is away; retry with back-off.</remarks>
public static partial class Reasons
{
    public const string StoreUnavailable = "STORE_UNAVAILABLE";
    public const string NodeUnreachable = "NODE_UNREACHABLE";
    public const string NotHere = "NOT_HERE";
    public const string Draining = "DRAINING";
    public const string SecretUnavailable = "SECRET_UNAVAILABLE";
    public const string RegistryUnavailable = "REGISTRY_UNAVAILABLE";
}
