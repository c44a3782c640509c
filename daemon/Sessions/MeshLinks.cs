using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Hosting;
using OpsMesh.Identity;

namespace OpsMesh.Daemon.Sessions;

/// <summary>Direct channels to the services, and how each does now.</summary>
internal sealed partial class MeshLinks(NodeFacts node, MeshIdentity identity, Dependencies dependencies, ILogger<MeshLinks> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<GrpcChannel>> _channels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _states = new(StringComparer.Ordinal);

    /// <summary>By name, "" for a service whose calls work, else why they do not.</summary>
    public IReadOnlyDictionary<string, string> States => _states;

    public bool Has(string service) => node.Config.Endpoints.ContainsKey(service);

    /// <summary>The channel to a service of the configuration. Whoever answers there must be that service by its certificate.</summary>
    public GrpcChannel To(string service) => _channels.GetOrAdd(service, name => new Lazy<GrpcChannel>(() => GrpcChannel.ForAddress(
        node.Config.Endpoints[name],
        new GrpcChannelOptions { HttpHandler = MeshHandlers.ForService(identity, name), DisposeHttpClient = true }))).Value;

    public void Works(string service) => Report(service, "");

    public void Fails(string service, RpcException failure) => Report(service, $"{failure.StatusCode}: {failure.Status.Detail}");

    public void Dispose()
    {
        foreach (var channel in _channels.Values.Where(c => c.IsValueCreated))
        {
            channel.Value.Dispose();
        }
    }

    private void Report(string service, string reason)
    {
        _states[service] = reason;
        if (!dependencies.Report(service, reason.Length == 0, reason))
        {
            return;
        }

        if (reason.Length == 0)
        {
            LogWorks(service);
        }
        else
        {
            LogFails(service, reason);
        }
    }

    [LoggerMessage(LogLevel.Information, "Service {Service} answers")]
    private partial void LogWorks(string service);

    [LoggerMessage(LogLevel.Warning, "Service {Service} cannot be used now: {Reason}")]
    private partial void LogFails(string service, string reason);
}
