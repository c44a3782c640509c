using Dapr.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Dapr for controllers.</summary>
public static class DaprMvcBuilderExtensions
{
    public static IMvcBuilder AddDapr(this IMvcBuilder builder, Action<DaprClientBuilder>? configureClient = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddDaprClient(configureClient);
        return builder;
    }
}
