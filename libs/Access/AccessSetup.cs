using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpsMesh.Hosting;
using OpsMesh.Identity;
using OpsMesh.Rpc;

namespace OpsMesh.Access;

/// <summary>Identity, node port and policies. A service takes <see cref="AddAccess"/>; the daemon takes the pieces.</summary>
public static class AccessSetup
{
    private const string ApiTokenVariable = "APP_API_TOKEN";

    // Above most policies, so that what exceeds one is told which limit it met.
    private const int SmallestReceiveLimit = 4 * 1024 * 1024;

    /// <summary>
    /// Identity from Identity:*, the node port, gRPC with its interceptors, operator tokens from the state store. After AddServiceDefaults.
    /// </summary>
    /// <exception cref="StartupException">Configuration is missing or wrong; there is no way to run without.</exception>
    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        configuration.Require($"{PortOptions.Section}:Node");
        var ports = PortOptions.From(configuration);
        var identity = builder.AddMeshIdentity();
        builder.AddNodePort(new IPEndPoint(ports.NodeBind, ports.Node!.Value));
        builder.AddOperatorTokens();
        builder.Services.AddRpcPolicies(new AccessOptions
        {
            TrustDomain = identity.TrustDomain,
            AppApiToken = configuration[ApiTokenVariable] is { Length: > 0 } token
                ? token
                : throw new StartupException($"{ApiTokenVariable} is missing; without it nobody could tell the sidecar from a stranger on the app port"),
            Dev = DevMode.IsOn(configuration),
        });
        return builder;
    }

    /// <summary>The identity that Identity:Certificate, Identity:Key and Identity:Roots name, as a service of the container.</summary>
    /// <exception cref="StartupException">A key is missing, or a file is.</exception>
    public static MeshIdentity AddMeshIdentity(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        return builder.AddMeshIdentity(new IdentityFiles(
            configuration.Require("Identity:Certificate"),
            configuration.Require("Identity:Key"),
            configuration.Require("Identity:Roots"),
            configuration["Identity:TrustDomain"] is { Length: > 0 } domain ? domain : IdentityFiles.DefaultTrustDomain));
    }

    /// <exception cref="StartupException">A file is missing, damaged, or does not fit the others.</exception>
    public static MeshIdentity AddMeshIdentity(this WebApplicationBuilder builder, IdentityFiles files)
    {
        try
        {
            return builder.AddMeshIdentity(MeshIdentity.Load(files));
        }
        catch (IdentityException e)
        {
            throw new StartupException(e.Message, inner: e);
        }
    }

    public static MeshIdentity AddMeshIdentity(this WebApplicationBuilder builder, MeshIdentity identity)
    {
        builder.Services.AddSingleton(identity);
        return identity;
    }

    /// <summary>TLS 1.3 with mutual certificates; needs <see cref="AddMeshIdentity(WebApplicationBuilder)"/>.</summary>
    public static WebApplicationBuilder AddNodePort(this WebApplicationBuilder builder, IPEndPoint endPoint)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel((_, kestrel) => kestrel.Listen(endPoint, listen =>
        {
            var identity = listen.ApplicationServices.GetRequiredService<MeshIdentity>();
            listen.MarkArrival(Door.Node);
            listen.UseMeshTls(() => identity);
            listen.ReadPeerCertificate();
        }));
        return builder;
    }

    /// <summary>gRPC with the interceptors of errors and policies. Without operator tokens no operator is let in.</summary>
    public static IServiceCollection AddRpcPolicies(this IServiceCollection services, AccessOptions options) =>
        services.AddRpcPolicies(options, PolicyTable.OfContract(options.Dev));

    internal static IServiceCollection AddRpcPolicies(this IServiceCollection services, AccessOptions options, PolicyTable table)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton(table);
        services.AddSingleton<AccessMetrics>();
        services.TryAddSingleton<IOperatorTokens, NoOperators>();
        services.TryAddSingleton<Readiness>();
        services.AddSingleton<CallerJudge>();
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<PolicyInterceptor>();
        services.AddHostedService<PolicyGuard>();
        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = Math.Max(table.LargestMessage, SmallestReceiveLimit);
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<PolicyInterceptor>();
        });
        return services;
    }

    /// <summary>Call it after the last gRPC service was mapped.</summary>
    /// <exception cref="StartupException">A mapped method has no usable policy; the message names it.</exception>
    public static WebApplication RequirePolicies(this WebApplication app)
    {
        var methods = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.FullName)
            .OfType<string>();
        app.Services.GetRequiredService<PolicyTable>().Require(methods);
        return app;
    }

    private static void AddOperatorTokens(this WebApplicationBuilder builder)
    {
        builder.Services.AddDaprClient();
        builder.Services.TryAddSingleton<IAccessState, DaprAccessState>();
        builder.Services.AddSingleton<OperatorTokens>();
        builder.Services.AddSingleton<IOperatorTokens>(services => services.GetRequiredService<OperatorTokens>());
        builder.Services.AddSingleton<OperatorTokenPoller>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OperatorTokenPoller>());
    }
}
