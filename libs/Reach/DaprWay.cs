using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;

namespace OpsMesh.Reach;

/// <summary>The way through the two sidecars, for daemons that run with one.</summary>
internal sealed class DaprWay : INodeWay, IDisposable
{
    private readonly GrpcChannel _sidecar;
    private readonly string? _apiToken;

    public DaprWay(IConfiguration configuration)
    {
        var endpoint = configuration["DAPR_GRPC_ENDPOINT"] is { Length: > 0 } configured
            ? configured
            : $"http://127.0.0.1:{configuration["DAPR_GRPC_PORT"] ?? "50001"}";
        _apiToken = configuration["DAPR_API_TOKEN"];
        _sidecar = GrpcChannel.ForAddress(endpoint);
    }

    public Way Way => Way.Dapr;

    public Outcome<CallInvoker> Open(NodeDocument node) => string.IsNullOrEmpty(node.AppId)
        ? NodeFailures.Unreachable(node.NodeId, "it has no sidecar.")
        : new DaprInvoker(_sidecar.CreateCallInvoker(), node.AppId, _apiToken);

    public void Dispose() => _sidecar.Dispose();
}
