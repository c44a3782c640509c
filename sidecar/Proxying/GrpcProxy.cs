using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Proxying;

/// <summary>
/// Passes the gRPC calls of one application on to another, its messages unread: what arrives on one side is written to the
/// other at once, in both directions. Deadline, cancellation, half-close and trailers pass through.
/// </summary>
internal sealed partial class GrpcProxy(Mesh mesh, SidecarTracing tracing, TimeProvider clock, ILogger<GrpcProxy> logger)
{
    public const string MissingId = "failed to proxy request: required metadata dapr-callee-app-id or dapr-app-id not found";

    private const int Cancel = 8;

    /// <param name="known">Whom the call is for, when its metadata do not say it.</param>
    public async Task HandleAsync(HttpContext context, AppSidecar caller, string? known = null)
    {
        var headers = context.Request.Headers;
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            Refuse(context, StatusCode.InvalidArgument, $"invalid gRPC request content-type \"{context.Request.ContentType}\"");
            context.Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if ((known ?? First(headers, ProxyHeaders.Callee) ?? First(headers, ProxyHeaders.AppId)) is not { } calleeId)
        {
            Refuse(context, StatusCode.Unknown, MissingId);
            return;
        }

        if (headers["grpc-encoding"] is [{ } encoding, ..] && encoding is not ("identity" or "gzip"))
        {
            Refuse(context, StatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");
            return;
        }

        var (problem, callee) = Find(caller, calleeId);
        if (problem is not null)
        {
            Refuse(context, problem.Code, problem.Message);
            return;
        }

        await ForwardAsync(context, caller, callee!, callee!.Channel!);
    }

    private (ProxyRefusal?, AppSidecar?) Find(AppSidecar caller, string id)
    {
        if (id.Length == 0)
        {
            return (new ProxyRefusal(StatusCode.Unknown, "app id is empty"), null);
        }

        if (AddressOf(caller, id) is { } address)
        {
            // Only applications can be proxied to; daprd takes the address for a host and a port.
            return (ProxyFailure.Dialing($"dial tcp: address {address}: too many colons in address"), null);
        }

        if (id.Count(c => c == '.') > 1)
        {
            return (new ProxyRefusal(StatusCode.Unknown, $"invalid app id {id}"), null);
        }

        return mesh.Find(id) switch
        {
            null or { IsShutDown: true } => (new ProxyRefusal(StatusCode.Unknown, "no host found with the given ID"), null),
            { Channel: null } => (ProxyFailure.Dialing("dial tcp 127.0.0.1:0: connect: connection refused"), null),
            { Plan.Protocol: not AppProtocol.Grpc } => (new ProxyRefusal(StatusCode.Unavailable, "connection error: desc = \"error reading server preface: EOF\""), null),
            var callee => (null, callee),
        };
    }

    private async Task ForwardAsync(HttpContext context, AppSidecar caller, AppSidecar callee, AppChannel channel)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = null;
        using var call = new ProxyCall(context, caller, callee);
        using var due = GrpcTimeout.Parse(context.Request.Headers["grpc-timeout"]) is { } limit ? new CancellationTokenSource(limit, clock) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, due.Token, call.Refused);
        var answer = new ProxyAnswer(call);
        try
        {
            await answer.FinishAsync(await RunAsync(call, channel, answer, either.Token));
        }
        catch (OperationCanceledException) when (call.Refusal is not null)
        {
            await answer.FinishAsync(ProxyEnd.Of(call.Refusal));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // As daprd does when the deadline passes or the client goes: reset, no status. The client knows its own reason.
            context.Features.Get<IHttpResetFeature>()?.Reset(Cancel);
        }
    }

    /// <summary>A policy is the caller's, for another application, and never that of a stream that calls itself one.</summary>
    private async Task<ProxyEnd> RunAsync(ProxyCall call, AppChannel channel, ProxyAnswer answer, CancellationToken stopping)
    {
        var policy = call.IsRemote && !IsStream(call.Context.Request.Headers) ? call.Caller.Policies.App(call.Callee.Plan.AppId, call.Context.Request.Path.Value ?? "") : null;
        if (policy is null)
        {
            return await AttemptAsync(call, channel, answer, new RequestPipe(call), stopping);
        }

        var replayed = policy.HasRetries ? new ReplayedRequest(call) : null;
        try
        {
            return await policy.RunAsync(
                token => AttemptAsync(call, channel, answer, replayed?.Attempt() ?? new RequestPipe(call), token),
                end => call.Refusal is not null ? Verdict.GiveUp : end.Code == StatusCode.OK ? Verdict.Success : Verdict.Retry with { GrpcStatus = (int)end.Code },
                stopping);
        }
        catch (PolicyTimeoutException e)
        {
            return ProxyEnd.Of(StatusCode.DeadlineExceeded, e.Message);
        }
        catch (RefusedByBreakerException e)
        {
            return ProxyEnd.Of(StatusCode.Unknown, e.Message);
        }
    }

    private async Task<ProxyEnd> AttemptAsync(ProxyCall call, AppChannel channel, ProxyAnswer answer, HttpContent content, CancellationToken cancellationToken)
    {
        var path = call.Context.Request.Path.ToUriComponent();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.BaseAddress, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        ProxyHeaders.Copy(call, request, tracing);
        try
        {
            using var response = await channel.Invoker.SendAsync(request, cancellationToken);
            return await answer.CopyAsync(response, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogFailed(path, call.Caller.Plan.AppId, call.Callee.Plan.AppId, e.Message);
            return ProxyEnd.Of(ProxyFailure.Describe(e, channel.Port));
        }
    }

    private static void Refuse(HttpContext context, StatusCode code, string message) => GrpcStatus.WriteTrailersOnly(context, code, message);

    /// <summary>As Go reads booleans, and a few words more.</summary>
    private static bool IsStream(IHeaderDictionary headers) =>
        headers["dapr-stream"] is [{ } text, ..] && text.ToUpperInvariant() is "Y" or "YES" or "TRUE" or "T" or "ON" or "1";

    private static string? AddressOf(AppSidecar caller, string id) =>
        caller.Endpoints.GetValueOrDefault(id)?.BaseUrl ?? (id.StartsWith("http://", StringComparison.Ordinal) || id.StartsWith("https://", StringComparison.Ordinal) ? id : null);

    private static string? First(IHeaderDictionary headers, string name) => headers[name] is { Count: > 0 } values ? values[0] : null;

    [LoggerMessage(LogLevel.Warning, "Call {Method} from {Caller} to {Callee} broke: {Problem}")]
    private partial void LogFailed(string method, string caller, string callee, string problem);
}
