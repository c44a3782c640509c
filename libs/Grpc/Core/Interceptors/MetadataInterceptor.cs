namespace Grpc.Core.Interceptors;

internal sealed class MetadataInterceptor(Func<Metadata, Metadata> rewrite) : CallOptionsInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Rewrite<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context) =>
        new(context.Method, context.Host, context.Options.WithHeaders(rewrite(context.Options.Headers ?? [])));
}
