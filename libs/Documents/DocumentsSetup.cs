using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Replicas;
using OpsMesh.DocumentStore.Sidecar;
using OpsMesh.Hosting;

namespace OpsMesh.DocumentStore;

public static class DocumentsSetup
{
    /// <summary>Documents, their relay and their projection, for the service of this name. After AddAccess and before features that commit.</summary>
    /// <param name="service">The service's name, as it stands in keys and file names.</param>
    public static IHostApplicationBuilder AddDocuments(this IHostApplicationBuilder builder, string service)
    {
        builder.Services.AddOptions<DocumentsOptions>()
            .BindConfiguration(DocumentsOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        var folder = builder.Configuration.Require("Storage:Folder");
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(s => new ReplicaIdentity(service, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(_ => new ServiceStore(Path.Combine(folder, $"{service}.db")));
        builder.Services.AddSingleton(s => new DocumentsRuntime(
            new SlotPool(s.GetRequiredService<IOptions<DocumentsOptions>>(), s.GetRequiredService<TimeProvider>()), new RelayQueue()));
        builder.Services.AddSingleton<Wakes>();
        builder.Services.AddSingleton<RelayWriter>();
        builder.Services.AddSingleton<Documents>();
        builder.Services.AddSingleton(s => new Projection(
            s.GetRequiredService<ServiceStore>(), s.GetRequiredService<Wakes>(),
            s.GetRequiredService<IOptions<DocumentsOptions>>(), s.GetRequiredService<TimeProvider>()));
        builder.AddDapr();

        AddWorker<ReplicaLease>(builder.Services);
        AddWorker<Publisher>(builder.Services);
        AddWorker<Relay>(builder.Services);
        AddWorker<SlotSweeper>(builder.Services);
        AddWorker<Adoption>(builder.Services);
        AddWorker<Tombstones>(builder.Services);
        return builder;
    }

    private static void AddWorker<T>(IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(s => s.GetRequiredService<T>());
    }
}
