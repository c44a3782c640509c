using Grpc.Core;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Status codes of the one protocol in those of the other.</summary>
internal static class HttpCodes
{
    // As Go's library names them; where ASP.NET has another name, or none.
    private static readonly Dictionary<int, string> GoNames = new()
    {
        [203] = "Non-Authoritative Information",
        [413] = "Request Entity Too Large",
        [414] = "Request URI Too Long",
        [416] = "Requested Range Not Satisfiable",
        [418] = "I'm a teapot",
        [419] = "",
        [425] = "Too Early",
        [499] = "",
    };

    public static int FromGrpc(StatusCode code) => code switch
    {
        StatusCode.OK => 200,
        StatusCode.Cancelled => 408,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.DeadlineExceeded => 504,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.PermissionDenied => 403,
        StatusCode.Unauthenticated => 401,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        _ => 500,
    };

    public static StatusCode ToGrpc(int status) => status switch
    {
        >= 200 and < 300 => StatusCode.OK,
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        408 => StatusCode.Cancelled,
        409 => StatusCode.AlreadyExists,
        429 => StatusCode.ResourceExhausted,
        501 => StatusCode.Unimplemented,
        503 => StatusCode.Unavailable,
        504 => StatusCode.DeadlineExceeded,
        _ => StatusCode.Unknown,
    };

    public static string Name(int status) => GoNames.GetValueOrDefault(status) ?? Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
