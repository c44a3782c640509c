using Grpc.Core;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Metadata of the calls to an application.</summary>
internal static class AppHeaders
{
    public static Metadata Create(AppPlan app) => app.AppApiToken is { } token ? new Metadata { { "dapr-api-token", token } } : [];

    /// <summary>A name or value that gRPC cannot carry would fail the call for ever.</summary>
    public static bool IsSendable(string name, string value) =>
        name.Length > 0
        && !name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && value.All(c => c is >= ' ' and <= '~');
}
