using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Contracts.Registry.V1;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Identity;
using OpsMesh.Testing;

namespace OpsMesh.Daemon.Running;

/// <summary>The three services that a daemon calls, each on a TLS port of its own, noting what comes.</summary>
internal sealed class FakeMesh : IAsyncDisposable
{
    private readonly List<WebApplication> _services = [];

    public ConcurrentQueue<RegisterNodeRequest> Registrations { get; } = [];

    public ConcurrentQueue<HeartbeatRequest> Heartbeats { get; } = [];

    public ConcurrentQueue<ReportMetricsRequest> Batches { get; } = [];

    public ConcurrentQueue<SyncAgentStatesRequest> Syncs { get; } = [];

    public ConcurrentQueue<NodeHello> Hellos { get; } = [];

    /// <summary>Frames for the open control stream.</summary>
    public Channel<ConnectResponse> Frames { get; } = Channel.CreateBounded<ConnectResponse>(10);

    public async Task<string> StartAsync(TestMesh mesh)
    {
        var endpoints = new List<string>();
        foreach (var (name, map) in ((string, Action<WebApplication>)[])[
            ("registry", app => app.MapGrpcService<Registry>()),
            ("telemetry-ingest", app => app.MapGrpcService<Telemetry>()),
            ("agent-command", app => MapAgentCommand(app))])
        {
            var identity = mesh.Service(name);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(this);
            builder.Services.AddGrpc();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseMeshTls(() => identity)));
            var app = builder.Build();
            map(app);
            await app.StartAsync();
            _services.Add(app);
            endpoints.Add($"{name}: \"https://127.0.0.1:{new Uri(app.Urls.Single().Replace("[::]", "127.0.0.1", StringComparison.Ordinal)).Port}\"");
        }

        return $"{{{string.Join(", ", endpoints)}}}";
    }

    public static async Task<T> UntilAsync<T>(ConcurrentQueue<T> came, Func<T, bool> holds)
    {
        using var due = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (true)
        {
            if (came.FirstOrDefault(holds) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, due.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Frames.Writer.TryComplete();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }
    }

    private static void MapAgentCommand(WebApplication app)
    {
        app.MapGrpcService<Agents>();
        app.MapGrpcService<Sessions>();
    }

    internal sealed class Registry(FakeMesh mesh) : RegistryService.RegistryServiceBase
    {
        public override Task<RegisterNodeResponse> RegisterNode(RegisterNodeRequest request, ServerCallContext context)
        {
            mesh.Registrations.Enqueue(request);
            return Task.FromResult(new RegisterNodeResponse
            {
                Success = true,
                SessionId = $"s{mesh.Registrations.Count}",
                SessionEpoch = (ulong)mesh.Registrations.Count,
                HeartbeatInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)),
                ServerTime = TimeProvider.System.GetUtcNow().ToTimestamp(),
            });
        }

        public override Task<HeartbeatResponse> Heartbeat(HeartbeatRequest request, ServerCallContext context)
        {
            mesh.Heartbeats.Enqueue(request);
            return Task.FromResult(new HeartbeatResponse
            {
                Success = true,
                NextInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)),
                RegisterAgain = request is { SessionEpoch: 1, Seq: 3 },
            });
        }
    }

    internal sealed class Telemetry(FakeMesh mesh) : TelemetryService.TelemetryServiceBase
    {
        public override Task<ReportMetricsResponse> ReportMetrics(ReportMetricsRequest request, ServerCallContext context)
        {
            mesh.Batches.Enqueue(request);
            return mesh.Batches.Count == 1
                ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
                : Task.FromResult(new ReportMetricsResponse { Success = true, AckedThroughSeq = request.BatchSeq });
        }
    }

    internal sealed class Agents(FakeMesh mesh) : AgentService.AgentServiceBase
    {
        public override Task<SyncAgentStatesResponse> SyncAgentStates(SyncAgentStatesRequest request, ServerCallContext context)
        {
            mesh.Syncs.Enqueue(request);
            return Task.FromResult(new SyncAgentStatesResponse { Success = true, AckedSeq = request.Seq });
        }
    }

    internal sealed class Sessions(FakeMesh mesh) : SessionService.SessionServiceBase
    {
        public override async Task Connect(
            IAsyncStreamReader<ConnectRequest> requestStream, IServerStreamWriter<ConnectResponse> responseStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            var hello = requestStream.Current.Hello;
            var reply = new HelloReply { RouteEpoch = 1, PingInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(20)) };
            reply.AckedResults.AddRange(hello.Journal.Select(c => c.CommandId));
            await responseStream.WriteAsync(new ConnectResponse { HelloReply = reply }, context.CancellationToken);
            mesh.Hellos.Enqueue(hello);
            await foreach (var frame in mesh.Frames.Reader.ReadAllAsync(context.CancellationToken))
            {
                await responseStream.WriteAsync(frame, context.CancellationToken);
                if (frame.Draining is not null)
                {
                    await requestStream.MoveNext(context.CancellationToken);
                    return;
                }

                await requestStream.MoveNext(context.CancellationToken);
            }
        }
    }
}
