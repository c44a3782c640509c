using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class DuplexCallHandler<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService, TRequest, TResponse>
    : ServerCallHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly HandlerPipeline<TService>.Duplex<TRequest, TResponse> _handler;
    private readonly DuplexStreamingServerMethod<TRequest, TResponse> _pipeline;

    public DuplexCallHandler(
        Method<TRequest, TResponse> method,
        MethodSettings settings,
        CallServices services,
        ServiceActivator<TService> activator,
        HandlerPipeline<TService>.Duplex<TRequest, TResponse> handler)
        : base(method, settings, services, activator)
    {
        _handler = handler;
        _pipeline = InterceptorChain.Build<DuplexStreamingServerMethod<TRequest, TResponse>>(
            settings.Interceptors,
            InvokeServiceAsync,
            static (registration, next) => async (requests, responses, context) =>
            {
                await using var activated = new ActivatedInterceptor(registration, context);
                await activated.Interceptor.DuplexStreamingServerHandler(requests, responses, context, next);
            });
    }

    protected override Task InvokeAsync(HttpContextServerCallContext call, TRequest? request) => _pipeline(
        new RequestStream<TRequest>(call, Method.RequestMarshaller.ContextualDeserializer),
        new ResponseStream<TResponse>(call, Method.ResponseMarshaller.ContextualSerializer),
        call);

    private async Task InvokeServiceAsync(
        IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        var service = Activator.Create(context.GetHttpContext());
        try
        {
            await _handler(service, requests, responses, context);
        }
        finally
        {
            await Activator.ReleaseAsync(service);
        }
    }
}
