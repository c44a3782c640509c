using Grpc.AspNetCore.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

public static class GrpcHealthChecksEndpointRouteBuilderExtensions
{
    /// <exception cref="InvalidOperationException">AddGrpcHealthChecks is missing.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcHealthChecksService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        // Made now, so that it hears of the shutdown even when nobody has called it before.
        builder.ServiceProvider.GetRequiredService<GrpcHealthService>();
        return builder.MapGrpcService<GrpcHealthService>();
    }
}
