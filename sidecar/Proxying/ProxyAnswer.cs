using System.Globalization;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// Copies an application's answer. As daprd does, its headers leave only together with the first message; a call without any message
/// ends in one frame that holds the trailers.
/// </summary>
internal static class ProxyAnswer
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";

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
                // Not appended: that drops a value that is empty.
                answer.Headers[name] = values.ToArray();
            }
        }

        answer.ContentType = TypeFor(answer.HttpContext.Request.ContentType);
    }

    /// <summary>The subtype that the caller named, and not the application's.</summary>
    private static string TypeFor(string? asked) =>
        asked?.StartsWith("application/grpc+", StringComparison.Ordinal) == true ? asked : "application/grpc";

    private static void CopyTrailers(HttpResponseMessage response, HttpContext context, bool hasMessages)
    {
        var trailers = response.TrailingHeaders.NonValidated;
        if (!trailers.Contains(StatusName) && response.Headers.NonValidated.Contains(StatusName))
        {
            // The application itself answered in one frame.
            CopyHeaders(response, context.Response);
            context.Response.Headers.TryAdd(MessageName, "");
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

        var answer = hasMessages ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers : context.Response.Headers;
        foreach (var (name, values) in trailers)
        {
            answer[name] = values.ToArray();
        }

        // Always there, as grpc-go writes it; applications leave it out when they have nothing to say.
        answer.TryAdd(MessageName, "");
        if (!hasMessages)
        {
            context.Response.ContentType = TypeFor(context.Request.ContentType);
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
        || name.Equals("date", StringComparison.OrdinalIgnoreCase);
}
