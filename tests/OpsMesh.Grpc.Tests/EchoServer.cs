using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests;

/// <summary>An application with the echo service, on Kestrel (h2c, a free port) or in process.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels = [];

    private EchoServer(WebApplication app) => App = app;

    public WebApplication App { get; }

    public EchoLog Log => App.Services.GetRequiredService<EchoLog>();

    public ServerErrors Errors => App.Services.GetRequiredService<ServerErrors>();

    /// <summary>Connections that are open; of the default address only.</summary>
    public int Connections => App.Services.GetRequiredService<ConnectionCounter>().Open;

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static Task<EchoServer> StartAsync(
        Action<GrpcServiceOptions>? grpc = null,
        Action<WebApplicationBuilder>? configure = null,
        Action<KestrelServerOptions>? kestrel = null,
        Action<WebApplication>? map = null) =>
        StartAsync(
            builder => builder.WebHost.ConfigureKestrel(kestrel ?? Listen),
            grpc,
            configure,
            map);

    public static Task<EchoServer> StartInProcessAsync(Action<GrpcServiceOptions>? grpc = null) =>
        StartAsync(builder => builder.WebHost.UseTestServer(), grpc, null, null);

    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        if (App.Services.GetRequiredService<IServer>() is TestServer test)
        {
            options.HttpHandler = test.CreateHandler();
        }

        configure?.Invoke(options);
        var channel = GrpcChannel.ForAddress(options.HttpHandler is null or RawHeaders ? Address : new Uri("http://localhost"), options);
        _channels.Add(channel);
        return channel;
    }

    public Echo.EchoClient Client(Action<GrpcChannelOptions>? configure = null) => new(Channel(configure));

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }

        await App.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel) => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        listen.Protocols = HttpProtocols.Http2;
        listen.Use(listen.ApplicationServices.GetRequiredService<ConnectionCounter>().Count);
    });

    private static async Task<EchoServer> StartAsync(
        Action<WebApplicationBuilder> host,
        Action<GrpcServiceOptions>? grpc,
        Action<WebApplicationBuilder>? configure,
        Action<WebApplication>? map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        host(builder);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ConnectionCounter>();
        builder.Services.AddSingleton<EchoLog>();
        builder.Services.AddSingleton<ServerErrors>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<ServerErrors>());
        builder.Services.AddGrpc(grpc ?? (_ => { }));
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        map?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }
}
