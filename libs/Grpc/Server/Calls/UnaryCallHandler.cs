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
            settings.Interceptors.Count == 0 ? InvokeServiceAsync : InvokeAwaitedAsync,
            static (registration, next) => async (request, context) =>
            {
                await using var activated = new ActivatedInterceptor(registration, context);
                return await activated.Interceptor.UnaryServerHandler(request, context, next);
            });
    }

    protected override Task InvokeAsync(HttpContextServerCallContext call, TRequest? request)
    {
        var response = _pipeline(request!, call);
        if (!response.IsCompletedSuccessfully)
        {
            return WriteLaterAsync(call, response);
        }

        call.WriteSingle(response.Result, Method.ResponseMarshaller.ContextualSerializer);
        return Task.CompletedTask;
    }

    private async Task WriteLaterAsync(HttpContextServerCallContext call, Task<TResponse> response) =>
        call.WriteSingle(await response, Method.ResponseMarshaller.ContextualSerializer);

    private Task<TResponse> InvokeServiceAsync(TRequest request, ServerCallContext context)
    {
        var service = Activator.Create(context.GetHttpContext());
        return Activator.Releases ? InvokeAndReleaseAsync(service, request, context) : _handler(service, request, context);
    }

    /// <summary>An interceptor gets what the handler throws in the task, wherever that is thrown.</summary>
    private async Task<TResponse> InvokeAwaitedAsync(TRequest request, ServerCallContext context) => await InvokeServiceAsync(request, context);

    private async Task<TResponse> InvokeAndReleaseAsync(TService service, TRequest request, ServerCallContext context)
    {
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
