using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Lists the methods of a service type through its generated BindService, once at start, and opens a delegate for each.</summary>
internal sealed class ServiceTypeBinder<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService>(ServiceRoutes<TService> routes)
    : ServiceBinderBase
    where TService : class
{
    public static void Bind(ServiceRoutes<TService> routes)
    {
        var attribute = typeof(TService).GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)
            ?? throw new InvalidOperationException(
                $"{typeof(TService)} is not a gRPC service: no base type carries BindServiceMethodAttribute.");
        var bind = attribute.BindType
            .GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)
            .FirstOrDefault(method => method.Name == attribute.BindMethodName
                && method.GetParameters() is [var binder, var service]
                && binder.ParameterType == typeof(ServiceBinderBase)
                && service.ParameterType.IsAssignableFrom(typeof(TService)))
            ?? throw new InvalidOperationException($"{attribute.BindType} has no {attribute.BindMethodName} that takes a binder.");
        bind.Invoke(null, [new ServiceTypeBinder<TService>(routes), null]);
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var target = Find(method, typeof(TRequest), typeof(ServerCallContext));
        routes.Add(method, target.CreateDelegate<HandlerPipeline<TService>.Unary<TRequest, TResponse>>(), Attributes(target));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        routes.Add(method, target.CreateDelegate<HandlerPipeline<TService>.ClientStreaming<TRequest, TResponse>>(), Attributes(target));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Find(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        routes.Add(method, target.CreateDelegate<HandlerPipeline<TService>.ServerStreaming<TRequest, TResponse>>(), Attributes(target));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var target = Find(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        routes.Add(method, target.CreateDelegate<HandlerPipeline<TService>.Duplex<TRequest, TResponse>>(), Attributes(target));
    }

    private static MethodInfo Find(IMethod method, params Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService)} has no public method {method.Name} for {method.FullName}.");

    private static object[] Attributes(MethodInfo method) =>
        [.. typeof(TService).GetCustomAttributes(inherit: true), .. method.GetCustomAttributes(inherit: true)];
}
