using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Responses that carry no message.</summary>
internal static class Answers
{
    public static Task StatusOnly(HttpContext http, Status status)
    {
        http.Response.ContentType = GrpcHeaders.ContentType;
        Write(http.Response.Headers, status);
        return Task.CompletedTask;
    }

    public static Task HttpError(HttpContext http, int httpStatus, Status status)
    {
        http.Response.StatusCode = httpStatus;
        Write(http.Response.Headers, status);
        return Task.CompletedTask;
    }

    public static void Write(IHeaderDictionary target, Status status)
    {
        target.GrpcStatus = GrpcHeaders.StatusText((int)status.StatusCode);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            target.GrpcMessage = PercentEncoding.Encode(status.Detail);
        }
    }
}
