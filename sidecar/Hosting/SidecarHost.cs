using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpsMesh.Hosting;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Http;
using OpsMesh.Sidecar.Invocation;
using OpsMesh.Sidecar.Peers;
using OpsMesh.Sidecar.Proxying;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Rpc;
using OpsMesh.Sidecar.Tracing;
using OpsMesh.Telemetry;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Puts the process together: two loopback ports for each application, one pipeline behind them.</summary>
internal static class SidecarHost
{
    private const int GrpcHeaderBytes = 4 << 20;

    /// <exception cref="PlanException">A resource cannot be used.</exception>
    public static WebApplication Build(SidecarPlan plan, TimeProvider clock, Action<WebApplicationBuilder>? adjust = null)
    {
        // Not the arguments: their flags are daprd's, and the host would read them as configuration.
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddJsonLogs();
        builder.Services.AddSingleton(clock);
        var telemetry = TelemetryOptions.From(builder.Configuration, "sidecar") with { SampleRatio = 1 };
        telemetry = plan.OtlpEndpoint is null ? telemetry : telemetry with { OtlpEndpoint = plan.OtlpEndpoint };
        builder.AddTelemetry(telemetry);
        builder.Services.AddSingleton(new SidecarTracing(telemetry is { OtlpEndpoint: not null, ExportTraces: true }));
        AddServices(builder.Services);
        builder.Services.AddSingleton(services => Mesh.Start(plan, clock, services.GetRequiredService<ILoggerFactory>()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrel(kestrel => Listen(kestrel, plan));
        adjust?.Invoke(builder);
        var app = builder.Build();
        app.Use(ByPort);
        app.UseRouting();
        app.MapGrpcService<DaprService>();
        app.MapGrpcReflectionService();
        return app;
    }

    private static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<ProcessEnd>();
        services.AddSingleton<GrpcProxy>();
        services.AddSingleton<GrpcPort>();
        services.AddSingleton<Invoker>();
        services.AddSingleton<HttpInvocation>();
        services.AddSingleton<PublishEndpoints>();
        services.AddSingleton<SidecarEndpoints>();
        services.AddSingleton<HttpApi>();
        services.AddSingleton<DeliveryStarter>();
        services.AddSingleton<StreamSession>();
        services.AddSingleton<SubscriptionStarter>();
        services.AddSingleton<PeerPort>();
        services.AddHostedService<PeerAnnouncer>();
        services.AddHostedService<AppStarter>();
        services.AddGrpc();
        services.AddGrpcReflection();
    }

    private static void Listen(KestrelServerOptions kestrel, SidecarPlan plan)
    {
        kestrel.AddServerHeader = false;
        // Bytes pass as they are.
        kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        // Those of daprd's gRPC port; what its HTTP port allows is less, and checked there.
        kestrel.Limits.MaxRequestHeadersTotalSize = GrpcHeaderBytes;
        kestrel.Limits.MaxRequestLineSize = GrpcHeaderBytes;
        kestrel.Limits.MaxRequestBufferSize = 2 * GrpcHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = 100_000;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = GrpcHeaderBytes;
        kestrel.Limits.Http2.MaxStreamsPerConnection = int.MaxValue;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 16 << 20;
        kestrel.Limits.Http2.InitialStreamWindowSize = 256 << 10;
        foreach (var app in plan.Apps)
        {
            kestrel.Listen(IPAddress.Loopback, app.HttpPort, listen => ForApp(listen, app.AppId, HttpProtocols.Http1));
            kestrel.Listen(IPAddress.Loopback, app.GrpcPort, listen => ForApp(listen, app.AppId, HttpProtocols.Http2));
            if (app.InternalPort is { } peers)
            {
                kestrel.Listen(IPAddress.Loopback, peers, listen => ForApp(listen, app.AppId, HttpProtocols.Http2, isInternal: true));
            }

            if (app.PublicPort is { } open)
            {
                kestrel.Listen(IPAddress.Loopback, open, listen => ForApp(listen, app.AppId, HttpProtocols.Http1, isPublic: true));
            }
        }
    }

    private static void ForApp(ListenOptions listen, string appId, HttpProtocols protocols, bool isPublic = false, bool isInternal = false)
    {
        listen.Protocols = protocols;
        AppListener? listener = null;
        listen.Use(next => connection =>
        {
            listener ??= new AppListener(listen.ApplicationServices.GetRequiredService<Mesh>().Find(appId)!, protocols == HttpProtocols.Http2, isPublic, isInternal);
            connection.Features.Set(listener);
            return next(connection);
        });
    }

    private static Task ByPort(HttpContext context, RequestDelegate next)
    {
        var listener = context.GetListener();
        if (listener.IsInternal)
        {
            return context.RequestServices.GetRequiredService<PeerPort>().HandleAsync(context, listener.App);
        }

        return listener.IsGrpc
            ? context.RequestServices.GetRequiredService<GrpcPort>().HandleAsync(context, listener.App, next)
            : context.RequestServices.GetRequiredService<HttpApi>().HandleAsync(context, listener.App, listener.IsPublic);
    }
}
