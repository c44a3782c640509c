using System.Collections.Frozen;

namespace OpsMesh.Bench.Subjects.Serving;

/// <summary>The endpoints of one service, chosen by their path alone: what is left is the library without ASP.NET's routing.</summary>
internal sealed class DirectEndpoints<TService>
    where TService : class
{
    private readonly FrozenDictionary<string, RequestDelegate> _byPath;

    public DirectEndpoints(IServiceProvider services)
    {
        var routes = new RouteTable(services);
        routes.MapGrpcService<TService>();
        _byPath = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.Count == 0 && endpoint.RequestDelegate is not null)
            .ToFrozenDictionary(endpoint => endpoint.RoutePattern.RawText!, endpoint => endpoint.RequestDelegate!, StringComparer.Ordinal);
    }

    public Task HandleAsync(HttpContext http)
    {
        if (_byPath.TryGetValue(http.Request.Path.Value!, out var handle))
        {
            return handle(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class RouteTable(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
