namespace Grpc.Core.Interceptors;

/// <summary>A call about to start.</summary>
public struct ClientInterceptorContext<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    where TRequest : class
    where TResponse : class
{
    public Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>Overrides :authority; null means the channel's.</summary>
    public string? Host { get; } = host;

    public CallOptions Options { get; } = options;
}
