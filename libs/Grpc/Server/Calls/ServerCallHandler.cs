using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>One method as an endpoint: checks the request, runs the call, answers with its status whatever happens.</summary>
internal abstract class ServerCallHandler<[DynamicallyAccessedMembers(ServiceAccess.Members)] TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method, MethodSettings settings, CallServices services, ServiceActivator<TService> activator)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    private readonly bool _takesOneMessage = method.Type is MethodType.Unary or MethodType.ServerStreaming;

    protected Method<TRequest, TResponse> Method => method;

    protected MethodSettings Settings => settings;

    protected ServiceActivator<TService> Activator => activator;

    public Task HandleAsync(HttpContext http)
    {
        var request = http.Request;
        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            http.Response.Headers.Upgrade = "h2c";
            return Answers.HttpError(
                http,
                StatusCodes.Status426UpgradeRequired,
                new(StatusCode.Internal, $"Request protocol '{request.Protocol}' is not supported."));
        }

        if (!GrpcHeaders.IsGrpcContentType(request.ContentType))
        {
            return Answers.HttpError(
                http,
                StatusCodes.Status415UnsupportedMediaType,
                new(StatusCode.Internal, $"Content-Type '{request.ContentType}' is not supported."));
        }

        services.Ages?.Watch(http);

        // Routing ignores case; gRPC does not.
        return request.Path.Value is { } path && path.EndsWith(method.FullName, StringComparison.Ordinal)
            ? RunAsync(new(http, method, settings, services))
            : Answers.StatusOnly(http, new(StatusCode.Unimplemented, "Method is unimplemented."));
    }

    /// <param name="request">The one message of a unary or server-streaming call; null for the others.</param>
    protected abstract Task InvokeAsync(HttpContextServerCallContext call, TRequest? request);

    // The only state machine that a unary call needs: its request is read here, and not in a method of its own.
    private async Task RunAsync(HttpContextServerCallContext call)
    {
        try
        {
            call.Start();
            TRequest? request = null;
            if (_takesOneMessage)
            {
                while (!call.TryTakeSingle(await call.ReadAsync(), Method.RequestMarshaller.ContextualDeserializer, ref request))
                {
                }
            }

            await InvokeAsync(call, request);
        }
#pragma warning disable CA1031 // Whatever a handler throws, the peer gets a status.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            call.Fail(failure);
        }

        await call.EndAsync();
    }
}
