namespace Dapr;

/// <summary>Ids of the official analyzers' diagnostics for what may still change.</summary>
internal static class Diagnostics
{
    public const string Lock = "DAPR_DISTRIBUTEDLOCK";
    public const string LockPage = "https://docs.dapr.io/developing-applications/building-blocks/distributed-lock/distributed-lock-api-overview/";
}
