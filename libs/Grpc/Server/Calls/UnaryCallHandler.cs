using System.Diagnostics.CodeAnalysis;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

internal sealed class UnaryCallHandler<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService, TRequest, TResponse>
    : ServerCallHandler<TService, TRequest, TResponse>
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly HandlerPipeline<TService>.Unary<TRequest, TResponse> _handler;
    private readonly UnaryServerMethod<TRequest, TResponse> _pipeline;

    public UnaryCallHandler(
        Method<TRequest, TResponse> method,
        MethodSettings settings,
        CallServices services,
        ServiceActivator<TService> activator,
        HandlerPipeline<TService>.Unary<TRequest, TResponse> handler)
        : base(method, settings, services, activator)
    {
        _handler = handler;
        _pipeline = InterceptorChain.Build<UnaryServerMethod<TRequest, TResponse>>(
            settings.Interceptors,
            InvokeServiceAsync,
            static (registration, next) => async (request, context) =>
            {
                await using var activated = new ActivatedInterceptor(registration, context);
                return await activated.Interceptor.UnaryServerHandler(request, context, next);
            });
    }

    protected override async Task InvokeAsync(HttpContextServerCallContext call)
    {
        var request = await call.ReadSingleAsync(Method.RequestMarshaller.ContextualDeserializer);
        var response = await _pipeline(request, call);
        call.WriteSingle(response, Method.ResponseMarshaller.ContextualSerializer);
    }

    private async Task<TResponse> InvokeServiceAsync(TRequest request, ServerCallContext context)
    {
        var service = Activator.Create(context.GetHttpContext());
        try
        {
            return await _handler(service, request, context);
        }
        finally
        {
            await Activator.ReleaseAsync(service);
        }
    }
}
