using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace OpsMesh.Console.Problems;

/// <summary>The only place where a refusal becomes an HTTP status.</summary>
internal static class HttpStatuses
{
    /// <summary>nginx's word for a caller that went away; nobody reads it but the log.</summary>
    public const int ClientClosedRequest = 499;

    public static int Of(Failure failure) => OfReason(failure.Reason) ?? failure.Kind switch
    {
        FailureKind.Invalid => StatusCodes.Status400BadRequest,
        FailureKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        FailureKind.Denied => StatusCodes.Status403Forbidden,
        FailureKind.NotFound => StatusCodes.Status404NotFound,
        FailureKind.Conflict or FailureKind.Raced => StatusCodes.Status409Conflict,
        FailureKind.Busy => StatusCodes.Status429TooManyRequests,
        FailureKind.TooLate => StatusCodes.Status504GatewayTimeout,
        FailureKind.Unsupported => StatusCodes.Status501NotImplemented,
        FailureKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new UnreachableException(),
    };

    public static int Of(StatusCode code, string reason) => OfReason(reason) ?? code switch
    {
        StatusCode.InvalidArgument or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Cancelled => ClientClosedRequest,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    public static string TitleOf(int status) => status == ClientClosedRequest ? "Client Closed Request" : ReasonPhrases.GetReasonPhrase(status);

    /// <summary>gRPC has one code for "too large" and "too many"; HTTP tells a caller which of them it is.</summary>
    private static int? OfReason(string reason) => reason == Reasons.MessageTooLarge ? StatusCodes.Status413PayloadTooLarge : null;
}
