using System.Globalization;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// Passes the gRPC calls of one application on to another, message boundaries unseen: what arrives on one side is written to the
/// other at once, in both directions. Deadline, cancellation, half-close and trailers pass through.
/// </summary>
internal sealed partial class GrpcProxy(Mesh mesh, SidecarTracing tracing, TimeProvider clock, ILogger<GrpcProxy> logger)
{
    private const int Cancel = 8;

    public async Task HandleAsync(HttpContext context, AppSidecar caller)
    {
        var headers = context.Request.Headers;
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            Refuse(context, StatusCode.InvalidArgument, $"invalid gRPC request content-type \"{context.Request.ContentType}\"");
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if ((First(headers, ProxyHeaders.Callee) ?? First(headers, ProxyHeaders.AppId)) is not { } calleeId)
        {
            Refuse(context, StatusCode.Unknown, "cannot proxy request: missing dapr-callee-app-id or dapr-app-id metadata");
            return;
        }

        if (calleeId.Length == 0)
        {
            Refuse(context, StatusCode.Unknown, "app id is empty");
            return;
        }

        if (AddressOf(caller, calleeId) is { } address)
        {
            // Only applications can be proxied to; daprd takes the address for a host and a port.
            Refuse(context, StatusCode.Unavailable, $"connection error: desc = \"transport: Error while dialing: dial tcp: address {address}: too many colons in address\"");
            return;
        }

        if (calleeId.Count(c => c == '.') > 1)
        {
            Refuse(context, StatusCode.Unknown, $"invalid app id {calleeId}");
            return;
        }

        if (mesh.Find(calleeId) is not { IsShutDown: false } callee)
        {
            Refuse(context, StatusCode.Unknown, "no host found with the given ID");
            return;
        }

        if (callee is not { Channel: { } channel, Plan.Protocol: AppProtocol.Grpc })
        {
            Refuse(context, StatusCode.Unavailable, $"app {calleeId} does not serve gRPC");
            return;
        }

        await ForwardAsync(context, caller, callee, channel);
    }

    private async Task ForwardAsync(HttpContext context, AppSidecar caller, AppSidecar callee, AppChannel channel)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        using var due = GrpcTimeout.Parse(context.Request.Headers["grpc-timeout"]) is { } limit ? new CancellationTokenSource(limit, clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, due.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.BaseAddress, context.Request.Path.ToUriComponent()))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new RequestPipe(context.Request.BodyReader),
        };
        ProxyHeaders.Copy(context, request, caller.Plan, callee.Plan, tracing);
        try
        {
            using var response = await channel.Invoker.SendAsync(request, either.Token);
            await ProxyAnswer.CopyAsync(response, context, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // As daprd does when the deadline passes or the client goes: reset, no status. The client knows its own reason.
            context.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (either.IsCancellationRequested)
            {
                context.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
                return;
            }

            LogFailed(context.Request.Path, caller.Plan.AppId, callee.Plan.AppId, e.Message);
            var (code, message) = ProxyFailure.Describe(e);
            Refuse(context, code, message);
        }
    }

    private static void Refuse(HttpContext context, StatusCode code, string message)
    {
        if (!context.Response.HasStarted)
        {
            GrpcStatus.WriteTrailersOnly(context, code, message);
            return;
        }

        context.Response.AppendTrailer("grpc-status", ((int)code).ToString(CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", PercentEncoding.Encode(message));
    }

    private static string? AddressOf(AppSidecar caller, string id) =>
        caller.Endpoints.GetValueOrDefault(id)?.BaseUrl ?? (id.StartsWith("http://", StringComparison.Ordinal) || id.StartsWith("https://", StringComparison.Ordinal) ? id : null);

    private static string? First(IHeaderDictionary headers, string name) => headers[name] is { Count: > 0 } values ? values[0] : null;

    [LoggerMessage(LogLevel.Warning, "Call {Method} from {Caller} to {Callee} broke: {Problem}")]
    private partial void LogFailed(string method, string caller, string callee, string problem);
}
