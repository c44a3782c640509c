using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class ClientStreamingCallHandler<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService, TRequest, TResponse>
    : ServerCallHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly HandlerPipeline<TService>.ClientStreaming<TRequest, TResponse> _handler;
    private readonly ClientStreamingServerMethod<TRequest, TResponse> _pipeline;

    public ClientStreamingCallHandler(
        Method<TRequest, TResponse> method,
        MethodSettings settings,
        CallServices services,
        ServiceActivator<TService> activator,
        HandlerPipeline<TService>.ClientStreaming<TRequest, TResponse> handler)
        : base(method, settings, services, activator)
    {
        _handler = handler;
        _pipeline = InterceptorChain.Build<ClientStreamingServerMethod<TRequest, TResponse>>(
            settings.Interceptors,
            InvokeServiceAsync,
            static (registration, next) => async (requests, context) =>
            {
                await using var activated = new ActivatedInterceptor(registration, context);
                return await activated.Interceptor.ClientStreamingServerHandler(requests, context, next);
            });
    }

    protected override async Task InvokeAsync(HttpContextServerCallContext call, TRequest? request)
    {
        var requests = new RequestStream<TRequest>(call, Method.RequestMarshaller.ContextualDeserializer);
        var response = await _pipeline(requests, call);
        call.WriteSingle(response, Method.ResponseMarshaller.ContextualSerializer);
    }

    private async Task<TResponse> InvokeServiceAsync(IAsyncStreamReader<TRequest> requests, ServerCallContext context)
    {
        var service = Activator.Create(context.GetHttpContext());
        try
        {
            return await _handler(service, requests, context);
        }
        finally
        {
            await Activator.ReleaseAsync(service);
        }
    }
}
