using System.Globalization;
using System.Net;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// Copies an application's answer. As daprd does, its headers leave only together with the first message; a call without any message
/// ends in one frame that holds the trailers.
/// </summary>
internal static class ProxyAnswer
{
    private const string StatusName = "grpc-status";

    public static async Task CopyAsync(HttpResponseMessage response, HttpContext context, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            GrpcStatus.WriteTrailersOnly(context, CodeOf(response.StatusCode), $"unexpected HTTP status code received from server: {(int)response.StatusCode}");
            return;
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var writer = context.Response.BodyWriter;
        var hasMessages = false;
        while (true)
        {
            var memory = writer.GetMemory(4_096);
            var count = await body.ReadAsync(memory, cancellationToken);
            if (count == 0)
            {
                break;
            }

            if (!hasMessages)
            {
                hasMessages = true;
                CopyHeaders(response, context.Response);
            }

            writer.Advance(count);
            await writer.FlushAsync(cancellationToken);
        }

        CopyTrailers(response, context, hasMessages);
    }

    private static void CopyHeaders(HttpResponseMessage response, HttpResponse answer)
    {
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (!IsHopByHop(name))
            {
                answer.Headers.Append(name, values.ToArray());
            }
        }
    }

    private static void CopyTrailers(HttpResponseMessage response, HttpContext context, bool hasMessages)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        if (!trailers.Contains(StatusName) && response.Headers.NonValidated.Contains(StatusName))
        {
            // The application itself answered in one frame.
            CopyHeaders(response, context.Response);
            return;
        }

        if (!trailers.Contains(StatusName))
        {
            if (!hasMessages)
            {
                GrpcStatus.WriteTrailersOnly(context, StatusCode.Internal, "server closed the stream without sending trailers");
                return;
            }

            context.Response.AppendTrailer(StatusName, ((int)StatusCode.Internal).ToString(CultureInfo.InvariantCulture));
            context.Response.AppendTrailer("grpc-message", "server closed the stream without sending trailers");
            return;
        }

        foreach (var (name, values) in trailers)
        {
            if (hasMessages)
            {
                context.Response.AppendTrailer(name, values.ToArray());
            }
            else
            {
                context.Response.Headers.Append(name, values.ToArray());
            }
        }

        if (!hasMessages)
        {
            context.Response.ContentType = "application/grpc";
        }
    }

    private static StatusCode CodeOf(HttpStatusCode status) => (int)status switch
    {
        400 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    private static bool IsHopByHop(string name) =>
        name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase)
        || name.Equals("connection", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase)
        || name.Equals("server", StringComparison.OrdinalIgnoreCase)
        || name.Equals("date", StringComparison.OrdinalIgnoreCase);
}
