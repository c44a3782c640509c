using System.Collections.Concurrent;
using Dapr.Client;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Options;
using OpsMesh.Identity;

namespace OpsMesh.Console.Backends;

/// <summary>One invoker per service and way, made when first needed and kept.</summary>
internal sealed class MeshBackends(MeshIdentity identity, IOptions<EndpointOptions> options) : IBackends, IDisposable
{
    private readonly EndpointOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, CallInvoker> _throughDapr = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<GrpcChannel>> _direct = new(StringComparer.Ordinal);

    public CallInvoker ThroughDapr(string appId) => _throughDapr.GetOrAdd(appId, id => DaprClient.CreateInvocationInvoker(id));

    public CallInvoker? Direct(string appId) => _options.Of(appId) is { } address
        ? _direct.GetOrAdd(appId, _ => new(() => Connect(appId, address))).Value.CreateCallInvoker()
        : null;

    public void Dispose()
    {
        foreach (var channel in _direct.Values.Where(channel => channel.IsValueCreated))
        {
            channel.Value.Dispose();
        }
    }

    private GrpcChannel Connect(string appId, Uri address) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = MeshHandlers.ForService(identity, appId),
        DisposeHttpClient = true,
    });
}
