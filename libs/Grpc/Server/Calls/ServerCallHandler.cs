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

        // Routing ignores case; gRPC does not.
        return request.Path.Value is { } path && path.EndsWith(method.FullName, StringComparison.Ordinal)
            ? RunAsync(http)
            : Answers.StatusOnly(http, new(StatusCode.Unimplemented, "Method is unimplemented."));
    }

    protected abstract Task InvokeAsync(HttpContextServerCallContext call);

    private async Task RunAsync(HttpContext http)
    {
        var call = new HttpContextServerCallContext(http, method, settings, services);
        try
        {
            call.Start();
            await InvokeAsync(call);
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
