using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace Dapr.Client;

/// <summary>An application's view of its sidecar. Thread-safe; made once and kept.</summary>
public abstract partial class DaprClient : IDisposable
{
    private bool _disposed;

    public abstract JsonSerializerOptions JsonSerializerOptions { get; }

    /// <summary>An HttpClient for requests to <c>http://{appId}/path</c>, or to relative addresses when an app id is given here.</summary>
    public static HttpClient CreateInvokeHttpClient(string? appId = null, string? daprEndpoint = null, string? daprApiToken = null)
    {
        var handler = new InvocationHandler
        {
            InnerHandler = new HttpClientHandler(),
            DaprApiToken = daprApiToken,
            DefaultAppId = appId,
        };
        handler.DaprEndpoint = daprEndpoint ?? DaprDefaults.GetDefaultHttpEndpoint();
        return new HttpClient(handler) { BaseAddress = appId is null ? null : BaseAddressOf(appId) };
    }

    /// <summary>A gRPC invoker whose calls the sidecar passes to <paramref name="appId"/>. Each owns a channel: make one and keep it.</summary>
    public static CallInvoker CreateInvocationInvoker(string appId, string? daprEndpoint = null, string? daprApiToken = null)
    {
        var channel = GrpcChannel.ForAddress(daprEndpoint ?? DaprDefaults.GetDefaultGrpcEndpoint());
        var token = daprApiToken ?? DaprDefaults.GetDefaultDaprApiToken(null);
        return channel.Intercept(new InvocationInterceptor(appId, token ?? ""));
    }

    public abstract HttpClient CreateInvokableHttpClient(string? appId = null);

    public void Dispose()
    {
        if (!_disposed)
        {
            Dispose(disposing: true);
            _disposed = true;
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private static Uri BaseAddressOf(string appId)
    {
        try
        {
            return new Uri($"http://{appId}");
        }
        catch (UriFormatException e)
        {
            throw new ArgumentException("The appId must be a valid hostname.", nameof(appId), e);
        }
    }
}
