using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Reach;

/// <summary>What went wrong on the way to a node, or on it, as a refusal that can be passed on.</summary>
public static class NodeFailures
{
    private const string DetailsTrailer = "grpc-status-details-bin";
    private const string Domain = "opsmesh";

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    public static Failure Unknown(string nodeId) => new(FailureKind.NotFound, Reasons.NodeUnknown, $"There is no node '{nodeId}'.");

    public static Failure Unreachable(string nodeId, string why) =>
        new(FailureKind.Unavailable, Reasons.NodeUnreachable, $"Node '{nodeId}' does not answer: {why}") { RetryAfter = TryAgain };

    public static Failure StoreUnavailable(Exception cause) =>
        new(FailureKind.Unavailable, Reasons.StoreUnavailable, $"The state store does not answer: {cause.Message}") { RetryAfter = TryAgain };

    /// <summary>The node's own typed refusal.</summary>
    /// <returns>Null when the status carries none: then a sidecar, the network or a bug said it, not a handler of the daemon.</returns>
    public static Failure? Typed(RpcException exception)
    {
        if (Details(exception) is not { } details || KindOf(exception.StatusCode) is not { } kind)
        {
            return null;
        }

        string? reason = null;
        string? field = null;
        TimeSpan? retryAfter = null;
        foreach (var detail in details.Details)
        {
            if (detail.TryUnpack<ErrorInfo>(out var info) && info.Domain == Domain)
            {
                reason = info.Reason;
            }
            else if (detail.TryUnpack<BadRequest>(out var bad) && bad.FieldViolations.Count > 0)
            {
                field = bad.FieldViolations[0].Field;
            }
            else if (detail.TryUnpack<RetryInfo>(out var retry))
            {
                retryAfter = retry.RetryDelay?.ToTimeSpan();
            }
        }

        return reason is null ? null : new Failure(kind, reason, details.Message) { Field = field, RetryAfter = retryAfter };
    }

    /// <summary>
    /// True when the call never got an answer of the daemon, so the next way may serve. A sidecar says Unknown for an app-id that it
    /// does not find and Unavailable for one that does not listen.
    /// </summary>
    internal static bool IsUnreachable(RpcException exception) =>
        Typed(exception) is null && exception.StatusCode is StatusCode.Unavailable or StatusCode.Unknown or StatusCode.DeadlineExceeded;

    private static Google.Rpc.Status? Details(RpcException exception)
    {
        if (exception.Trailers.GetValueBytes(DetailsTrailer) is not { } bytes)
        {
            return null;
        }

        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static FailureKind? KindOf(StatusCode code) => code switch
    {
        StatusCode.InvalidArgument => FailureKind.Invalid,
        StatusCode.Unauthenticated => FailureKind.Unauthenticated,
        StatusCode.PermissionDenied => FailureKind.Denied,
        StatusCode.NotFound => FailureKind.NotFound,
        StatusCode.FailedPrecondition => FailureKind.Conflict,
        StatusCode.Aborted => FailureKind.Raced,
        StatusCode.ResourceExhausted => FailureKind.Busy,
        StatusCode.DeadlineExceeded => FailureKind.TooLate,
        StatusCode.Unimplemented => FailureKind.Unsupported,
        StatusCode.Unavailable => FailureKind.Unavailable,
        _ => null,
    };
}
