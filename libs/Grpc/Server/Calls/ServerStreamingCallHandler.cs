using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class ServerStreamingCallHandler<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService, TRequest, TResponse>
    : ServerCallHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly HandlerPipeline<TService>.ServerStreaming<TRequest, TResponse> _handler;
    private readonly ServerStreamingServerMethod<TRequest, TResponse> _pipeline;

    public ServerStreamingCallHandler(
        Method<TRequest, TResponse> method,
        MethodSettings settings,
        CallServices services,
        ServiceActivator<TService> activator,
        HandlerPipeline<TService>.ServerStreaming<TRequest, TResponse> handler)
        : base(method, settings, services, activator)
    {
        _handler = handler;
        _pipeline = InterceptorChain.Build<ServerStreamingServerMethod<TRequest, TResponse>>(
            settings.Interceptors,
            InvokeServiceAsync,
            static (registration, next) => async (request, responses, context) =>
            {
                await using var activated = new ActivatedInterceptor(registration, context);
                await activated.Interceptor.ServerStreamingServerHandler(request, responses, context, next);
            });
    }

    protected override Task InvokeAsync(HttpContextServerCallContext call, TRequest? request) =>
        _pipeline(request!, new ResponseStream<TResponse>(call, Method.ResponseMarshaller.ContextualSerializer), call);

    private async Task InvokeServiceAsync(TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        var service = Activator.Create(context.GetHttpContext());
        try
        {
            await _handler(service, request, responses, context);
        }
        finally
        {
            await Activator.ReleaseAsync(service);
        }
    }
}
