namespace Grpc.Core.Interceptors;

internal sealed class HostInterceptor(string host) : CallOptionsInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) => new(context.Method, host, context.Options);
}
