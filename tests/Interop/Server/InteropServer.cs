using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace OpsMesh.Interop.Server;

/// <summary>The test service on Kestrel, on the loopback interface.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InteropServer(WebApplication app) => _app = app;

    public ServerErrors Errors => _app.Services.GetRequiredService<ServerErrors>();

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <param name="port">0 takes a free one.</param>
    /// <param name="credentials">Null: plain HTTP/2.</param>
    public static async Task<InteropServer> StartAsync(int port, TestCredentials? credentials, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => Configure(listen, credentials)));
        builder.Services.AddSingleton<ServerErrors>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<ServerErrors>());
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrpc(grpc => grpc.CompressionProviders = [RequestCompression.Provider(new HttpContextAccessor())]);
        var app = builder.Build();
        app.MapGrpcService<TestServiceImpl>();
        await app.StartAsync(cancellationToken);
        return new InteropServer(app);
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Configure(ListenOptions listen, TestCredentials? credentials)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (credentials is not null)
        {
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = credentials.ReadServerCertificate() });
        }
    }
}
