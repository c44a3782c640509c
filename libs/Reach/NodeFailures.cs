using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Rpc;

namespace OpsMesh.Reach;

/// <summary>What went wrong on the way to a node, or on it, as a refusal that can be passed on.</summary>
public static class NodeFailures
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    public static Failure Unknown(string nodeId) => new(FailureKind.NotFound, Reasons.NodeUnknown, $"There is no node '{nodeId}'.") { Field = "node_id" };

    public static Failure Unreachable(string nodeId, string why) =>
        new(FailureKind.Unavailable, Reasons.NodeUnreachable, $"Node '{nodeId}' does not answer: {why}") { RetryAfter = TryAgain };

    public static Failure StoreUnavailable(Exception cause) =>
        new(FailureKind.Unavailable, Reasons.StoreUnavailable, $"The state store does not answer: {cause.Message}") { RetryAfter = TryAgain };

    /// <summary>The node's own typed refusal.</summary>
    /// <returns>Null when the status carries none: then a sidecar, the network or a bug said it, not a handler of the daemon.</returns>
    public static Failure? Typed(RpcException exception)
    {
        try
        {
            return RpcStatusMap.ToFailure(exception);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>
    /// True when the call never got an answer of the daemon, so the next way may serve. A sidecar says Unknown for an app-id that it does
    /// not find and Unavailable for one that does not listen; a connection attempt that took too long ends as Cancelled. Whether the caller
    /// itself cancelled has to be asked first.
    /// </summary>
    internal static bool IsUnreachable(RpcException exception) =>
        Typed(exception) is null && exception.StatusCode is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Cancelled;
}
