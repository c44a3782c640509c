using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using OpsMesh.Rpc;

namespace OpsMesh.Console.Problems;

/// <summary>What a service refused, as a problem: reason, field and delay come from google.rpc.Status.</summary>
internal static class RpcProblems
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Reason of a status that says nothing more: no service of ours made it.</summary>
    private static readonly Dictionary<StatusCode, (string Reason, string Detail)> Untyped = new()
    {
        [StatusCode.Unavailable] = (Reasons.ServiceUnavailable, "The service that answers this cannot be reached."),
        [StatusCode.DeadlineExceeded] = ("DEADLINE_EXCEEDED", "No answer came in time; what became of it is not known."),
        [StatusCode.Cancelled] = ("CANCELLED", "The call was given up."),
        [StatusCode.Unimplemented] = (Reasons.NotBuilt, "The service that runs does not have this call."),
    };

    public static Problem ToProblem(this RpcException exception)
    {
        var details = DetailsOf(exception);
        var info = Find<ErrorInfo>(details);
        var (reason, detail) = info is { Reason.Length: > 0 } && !string.IsNullOrEmpty(exception.Status.Detail)
            ? (info.Reason, exception.Status.Detail)
            : Untyped.GetValueOrDefault(exception.StatusCode, ("INTERNAL", exception.Status.Detail));
        return Problem.Of(HttpStatuses.Of(exception.StatusCode, reason), reason, detail) with
        {
            Field = Find<BadRequest>(details)?.FieldViolations.FirstOrDefault()?.Field,
            RetryAfterMs = Find<RetryInfo>(details)?.RetryDelay is { } delay ? (long)delay.ToTimeSpan().TotalMilliseconds : null,
            TraceId = exception.Trailers.GetValue(ErrorInterceptor.TraceTrailer),
        };
    }

    /// <summary>Whether a service of ours said this, rather than something on the way to it.</summary>
    public static bool IsTyped(this RpcException exception) => Find<ErrorInfo>(DetailsOf(exception)) is not null;

    private static Google.Rpc.Status? DetailsOf(RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(DetailsTrailer) is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static T? Find<T>(Google.Rpc.Status? status)
        where T : class, IMessage<T>, new() =>
        status?.Details.Select(any => any.TryUnpack<T>(out var found) ? found : null).FirstOrDefault(found => found is not null);
}
