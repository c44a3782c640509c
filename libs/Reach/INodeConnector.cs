using Grpc.Core;
using DaemonClient = OpsMesh.Contracts.Daemon.V1.DaemonService.DaemonServiceClient;

namespace OpsMesh.Reach;

/// <summary>
/// Calls daemons, whatever way leads to them. Refusals: NotFound (NODE_UNKNOWN), Unavailable (NODE_UNREACHABLE, STORE_UNAVAILABLE), and
/// what the daemon itself refused with. Anything untyped that a daemon says is a bug and throws.
/// </summary>
public interface INodeConnector
{
    /// <summary>One unary call. It gets the deadline of <see cref="ReachOptions.UnaryDeadline"/>.</summary>
    Task<Outcome<T>> CallAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
        where T : class;

    /// <summary>Opens a server stream and waits for its first message: until then the next way may still take over.</summary>
    /// <param name="cancellationToken">Ends the stream too, also after this method returned.</param>
    Task<Outcome<NodeMessages<T>>> OpenAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonClient, CallOptions, AsyncServerStreamingCall<T>> start, CancellationToken cancellationToken)
        where T : class;
}
