using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

public static class GrpcReflectionServiceExtensions
{
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddGrpc();
        services.TryAddSingleton<MappedServices>();
        services.TryAddSingleton(provider => new ReflectionServiceImpl(() => provider.GetRequiredService<MappedServices>().Answers));
        services.TryAddSingleton(provider => new ReflectionV1ServiceImpl(() => provider.GetRequiredService<MappedServices>().Answers));
        return services;
    }
}
