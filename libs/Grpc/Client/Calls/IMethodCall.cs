using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>A call that has not begun: exactly one of the four kinds starts it.</summary>
internal interface IMethodCall<TRequest, TResponse> : IRequestCall<TRequest>
    where TRequest : class
    where TResponse : class
{
    Task<TResponse> UnaryAsync(TRequest request);

    IAsyncStreamReader<TResponse> ServerStreaming(TRequest request);

    (IClientStreamWriter<TRequest> Requests, Task<TResponse> Response) ClientStreaming();

    (IClientStreamWriter<TRequest> Requests, IAsyncStreamReader<TResponse> Responses) Duplex();
}
