using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore.Sidecar;

internal static class DaprSetup
{
    /// <summary>The sidecar that DAPR_GRPC_PORT, DAPR_HTTP_PORT and DAPR_API_TOKEN name.</summary>
    public static void AddDapr(this IHostApplicationBuilder builder)
    {
        builder.Services.AddDaprClient();
        builder.Services.TryAddSingleton<IStateStore, DaprStateStore>();
        builder.Services.TryAddSingleton<IEventBroker, DaprEventBroker>();
    }
}
