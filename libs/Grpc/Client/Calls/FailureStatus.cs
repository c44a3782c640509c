using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>The status of a call that got none from its peer.</summary>
internal static class FailureStatus
{
    public static Status Of(Exception failure, bool deadlinePassed)
    {
        // Some servers only reset the stream at the deadline, and may be a little earlier than this side's timer.
        return deadlinePassed
            ? new(StatusCode.DeadlineExceeded, "", failure)
            : new(CodeOf(failure), $"Error starting gRPC call. {Describe(failure)}", failure);
    }

    public static StatusCode OfHttp(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static StatusCode CodeOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException protocol)
            {
                return OfHttp2(protocol.ErrorCode);
            }
        }

        return failure switch
        {
            // The HTTP handler's own limit, such as that for connecting, is no wish of the caller's.
            OperationCanceledException { InnerException: TimeoutException } => StatusCode.Unavailable,
            OperationCanceledException => StatusCode.Cancelled,
            HttpRequestException or IOException or System.Net.Sockets.SocketException => StatusCode.Unavailable,
            ObjectDisposedException => StatusCode.Cancelled,
            _ => StatusCode.Internal,
        };
    }

    private static StatusCode OfHttp2(long errorCode) => errorCode switch
    {
        7 => StatusCode.Unavailable, // REFUSED_STREAM: the peer did nothing
        8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Describe(Exception failure)
    {
        var text = $"{failure.GetType().Name}: {failure.Message}";
        for (var cause = failure.InnerException; cause is not null; cause = cause.InnerException)
        {
            text += $" {cause.GetType().Name}: {cause.Message}";
        }

        return text;
    }
}
