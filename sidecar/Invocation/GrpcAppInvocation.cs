using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Http;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>An HTTP invocation of an application that speaks gRPC: OnInvoke.</summary>
internal static class GrpcAppInvocation
{
    public static async Task HandleAsync(
        HttpContext context, AppSidecar caller, AppSidecar callee, AppCallback.AppCallbackClient callback, string method, SidecarTracing tracing)
    {
        var body = await RequestBody.ReadAsync(context, callee.Plan.MaxBodyBytes)
            ?? throw InvocationErrors.Failed(callee.Plan.AppId, "stream too large");
        var request = new InvokeRequest
        {
            Method = method,
            Data = new Any { Value = ByteString.CopyFrom(body.Span) },
            ContentType = context.Request.ContentType ?? "",
            HttpExtension = new HTTPExtension
            {
                Verb = System.Enum.TryParse<HTTPExtension.Types.Verb>(context.Request.Method, ignoreCase: true, out var verb) ? verb : HTTPExtension.Types.Verb.Post,
                Querystring = context.Request.QueryString.Value?.TrimStart('?') ?? "",
            },
        };
        var headers = AppHeaders.Create(callee.Plan);
        headers.Add("dapr-caller-app-id", caller.Plan.AppId);
        headers.Add("dapr-callee-app-id", callee.Plan.AppId);
        if (tracing.ParentOf(context) is { Length: > 0 } traceParent)
        {
            headers.Add("traceparent", traceParent);
            headers.Add(BinaryContext.Header, BinaryContext.FromTraceParent(traceParent));
        }

        try
        {
            var answer = await callback.OnInvokeAsync(request, headers, cancellationToken: context.RequestAborted);
            context.Response.ContentType = answer.ContentType.Length > 0 ? answer.ContentType : "text/plain; charset=utf-8";
            await context.Response.Body.WriteAsync(answer.Data?.Value.Memory ?? default, context.RequestAborted);
        }
        catch (RpcException e)
        {
            context.Response.StatusCode = HttpStatusOf(e.StatusCode);
            context.Response.ContentType = "text/plain; charset=utf-8";
            var status = new Google.Rpc.Status { Code = (int)e.StatusCode, Message = e.Status.Detail };
            await context.Response.WriteAsync(JsonFormatter.Default.Format(status), context.RequestAborted);
        }
    }

    private static int HttpStatusOf(StatusCode code) => code switch
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
}
