using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpsMesh.Hosting;

namespace OpsMesh.Reach;

public static class ReachSetup
{
    /// <summary>Adds <see cref="INodeConnector"/> and <see cref="INodeDirectory"/>; needs a DaprClient and a MeshIdentity.</summary>
    public static void AddReach(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ReachOptions>()
            .BindConfiguration(ReachOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddDaprClient();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(services => AddressRanges.From(
            services.GetRequiredService<IOptions<ReachOptions>>().Value.AllowedRanges, DevMode.IsOn(builder.Configuration)));
        builder.Services.TryAddSingleton<NodeHandlers>();
        builder.Services.TryAddSingleton<INodeDirectory, StateNodeDirectory>();
        builder.Services.AddSingleton<INodeWay, DaprWay>();
        builder.Services.AddSingleton<INodeWay, DirectWay>();
        builder.Services.TryAddSingleton<INodeConnector, NodeConnector>();
    }
}
