using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    /// <summary>Maps both versions: v1, and v1alpha, which older tools speak alone.</summary>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return new GrpcServiceEndpointConventionBuilder(
            [builder.MapGrpcService<ReflectionServiceImpl>(), builder.MapGrpcService<ReflectionV1ServiceImpl>()]);
    }
}
