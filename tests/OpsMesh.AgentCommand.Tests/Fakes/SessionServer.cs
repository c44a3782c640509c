using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Access;
using OpsMesh.AgentCommand.Sessions;
using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>SessionService on a port of its own; every caller is <see cref="Some.Node"/>.</summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private SessionServer(WebApplication app, GrpcChannel channel) => (_app, _channel) = (app, channel);

    public static async Task<SessionServer> StartAsync(Bench bench)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, port => port.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(new SessionsService(bench.Open, bench.Sessions, bench.SessionOptions, bench, bench.Clock));
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<EveryoneIsTheNode>());
        var app = builder.Build();
        app.MapGrpcService<SessionsService>();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new SessionServer(app, GrpcChannel.ForAddress(address));
    }

    public AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse> Connect() =>
        new SessionService.SessionServiceClient(_channel).Connect(cancellationToken: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class EveryoneIsTheNode : Interceptor
    {
        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            context.SetCaller(Caller.Node(Some.Node));
            return continuation(requestStream, responseStream, context);
        }
    }
}
