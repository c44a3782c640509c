using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Answers gRPC calls that no method takes with UNIMPLEMENTED, and leaves other requests alone.</summary>
internal sealed class UnknownMethods
{
    private readonly HashSet<string> _services = [];
    private readonly Lock _gate = new();
    private bool _unknownServices;

    public void Map(IEndpointRouteBuilder builder, IEnumerable<string> services, bool ignoreUnknown)
    {
        lock (_gate)
        {
            if (ignoreUnknown)
            {
                return;
            }

            foreach (var service in services.Where(_services.Add))
            {
                Map(builder, $"{service}/{{unimplementedMethod}}", "Method is unimplemented.");
            }

            if (!_unknownServices)
            {
                _unknownServices = true;
                Map(builder, "{unimplementedService}/{unimplementedMethod}", "Service is unimplemented.");
            }
        }
    }

    private static void Map(IEndpointRouteBuilder builder, string pattern, string detail)
    {
        var route = RoutePatternFactory.Parse(
            pattern, defaults: null, parameterPolicies: new RouteValueDictionary { ["unimplementedMethod"] = new GrpcRequestConstraint() });
        builder.Map(route, http => Answers.StatusOnly(http, new(StatusCode.Unimplemented, detail)))
            .WithDisplayName($"gRPC - Unimplemented {pattern}")
            .WithOrder(int.MaxValue - 1)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Post]), new UnknownMethodMetadata());
    }

    private sealed class GrpcRequestConstraint : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is null || GrpcHeaders.IsGrpcContentType(httpContext.Request.ContentType);
    }
}
