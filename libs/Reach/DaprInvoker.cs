using Grpc.Core;

namespace OpsMesh.Reach;

/// <summary>
/// Sends every call to one app-id through the sidecar. All nodes share the one channel beneath:
/// <c>DaprClient.CreateInvocationInvoker</c> would open a channel per app-id.
/// </summary>
internal sealed class DaprInvoker(CallInvoker sidecar, string appId, string? apiToken) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        sidecar.BlockingUnaryCall(method, host, Addressed(options), request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        sidecar.AsyncUnaryCall(method, host, Addressed(options), request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        sidecar.AsyncServerStreamingCall(method, host, Addressed(options), request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        sidecar.AsyncClientStreamingCall(method, host, Addressed(options));

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) =>
        sidecar.AsyncDuplexStreamingCall(method, host, Addressed(options));

    private CallOptions Addressed(CallOptions options)
    {
        var headers = new Metadata();
        foreach (var entry in options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add("dapr-app-id", appId);
        if (!string.IsNullOrEmpty(apiToken))
        {
            headers.Add("dapr-api-token", apiToken);
        }

        return options.WithHeaders(headers);
    }
}
