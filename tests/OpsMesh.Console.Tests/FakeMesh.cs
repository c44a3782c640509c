using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Console.Backends;

namespace OpsMesh.Console;

/// <summary>The services of the mesh as one fake process that speaks real gRPC, and the two ways to it.</summary>
internal sealed class FakeMesh : IBackends, IAsyncDisposable
{
    public const string Token = "opm_0123456789012345678901234567890123456789abc";
    private readonly WebApplication _app;
    private GrpcChannel? _channel;

    public FakeMesh()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<FakeNodes>();
        _app.MapGrpcService<FakeAgents>();
        _app.MapGrpcService<FakeLogs>();
        _app.MapGrpcService<FakeMetrics>();
    }

    /// <summary>authorization of each call, as the service saw it.</summary>
    public ConcurrentQueue<string> Bearers { get; } = new();

    /// <summary>Last request of each method.</summary>
    public ConcurrentDictionary<string, object> Requests { get; } = new(StringComparer.Ordinal);

    /// <summary>Set by a test to make OperateAgent refuse.</summary>
    public Failure? Refusal { get; set; }

    /// <summary>The sidecar is away.</summary>
    public bool DaprIsDown { get; set; }

    /// <summary>Completed once the followed stream was cancelled by its caller.</summary>
    public TaskCompletionSource FollowEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _channel = GrpcChannel.ForAddress(address);
    }

    public CallInvoker ThroughDapr(string appId) => DaprIsDown ? new AbsentSidecar() : _channel!.CreateCallInvoker();

    public CallInvoker? Direct(string appId) => _channel!.CreateCallInvoker();

    public void Saw(object request, ServerCallContext context)
    {
        Requests[context.Method.Split('/')[^1]] = request;
        var bearer = context.RequestHeaders.GetValue("authorization") ?? "";
        Bearers.Enqueue(bearer);
        if (bearer != $"Bearer {Token}")
        {
            throw Rpc.RpcStatusMap.ToRpcException(new Failure(FailureKind.Unauthenticated, Reasons.TokenSignature, "The token is not known."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class AbsentSidecar : CallInvoker
    {
        private static readonly RpcException Refused = new(new Status(StatusCode.Unavailable, "connection refused"));

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
            throw Refused;

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Refused;

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw Refused;

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Refused;

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw Refused;
    }
}
