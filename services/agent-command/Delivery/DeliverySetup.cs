using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsMesh.Identity;

namespace OpsMesh.AgentCommand.Delivery;

internal static class DeliverySetup
{
    public static void AddDelivery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>()
            .BindConfiguration(DeliveryOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton(services => new EnvelopeSigner(services.GetRequiredService<MeshIdentity>()));
        builder.Services.AddSingleton<EnvelopeMaker>();
        builder.Services.AddSingleton<CommandOffer>();
        builder.Services.AddSingleton<CommandDelivery>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CommandDelivery>());
    }
}
