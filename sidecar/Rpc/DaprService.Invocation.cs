using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using OpsMesh.Sidecar.Invocation;
using OpsMesh.Sidecar.Resilience;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    private static readonly string[] OfTheCall = ["content-type", "te", "grpc-timeout", "grpc-encoding", "host", "content-length"];

    [Obsolete("As in the proto: new services proxy their calls.")]
    public override async Task<InvokeResponse> InvokeService(InvokeServiceRequest request, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var caller = AppOf(context);
        var trace = new InvocationTrace(tracing.ParentOf(http), tracing.StateOf(http));
        var sink = new GrpcAnswerSink(context, caller.Plan.MaxBodyBytes, trace.Parent.Length > 0 ? trace.Parent : SidecarTracing.None);
        try
        {
            if (request.Message is null && request.Id.Length > 0)
            {
                throw new InvocationException("rpc error: code = InvalidArgument desc = parsing InternalInvokeRequest error: request does not contain the required fields in the leading chunk");
            }

            await invoker.RunAsync(ToInvocation(request, http, caller, trace), sink, context.CancellationToken);
        }
        catch (Exception e) when (e is InvocationException or PolicyTimeoutException)
        {
            // In one frame: nothing of an answer is out.
            http.Response.Headers.Remove(BinaryContext.Header);
            throw e is PolicyTimeoutException
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, e.Message))
                : new RpcException(new Status(StatusCode.Internal, InvocationErrors.Failed(request.Id, e.Message).Message));
        }

        return sink.Refusal is { } refusal ? throw refusal : sink.Response!;
    }

    private static Invocation.Invocation ToInvocation(InvokeServiceRequest request, HttpContext http, Apps.AppSidecar caller, InvocationTrace trace)
    {
        var message = request.Message ?? new InvokeRequest();
        List<KeyValuePair<string, StringValues>> headers = [.. http.Request.Headers.Where(h => h.Key[0] != ':' && !OfTheCall.Contains(h.Key, StringComparer.OrdinalIgnoreCase) && (caller.Plan.ApiToken is null || h.Key != "dapr-api-token"))];
        headers.Add(new(":authority", http.Request.Host.Value));
        return new Invocation.Invocation(caller, request.Id, InvokedMethod.FromText(message.Method))
        {
            Verb = message.HttpExtension?.Verb.ToString().ToUpperInvariant(),
            Query = message.HttpExtension?.Querystring ?? "",
            ContentType = message.ContentType,
            Headers = headers,
            Body = message.Data?.Value.Memory ?? default,
            IsGrpc = true,
            Trace = trace,
        };
    }
}
