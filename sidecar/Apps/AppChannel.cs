using System.Net;
using System.Net.Sockets;
using System.Text;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Grpc.Net.Client;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Apps;

/// <summary>Connections to one application. Traces are carried by the sidecar itself, so the handlers add nothing.</summary>
internal sealed class AppChannel : IAsyncDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel? _grpc;
    private readonly GrpcChannel? _large;

    public AppChannel(AppPlan plan, int port)
    {
        Port = port;
        BaseAddress = new Uri($"http://{plan.ChannelAddress}:{port}/");
        _handler = CreateHandler();
        Invoker = plan.Protocol == AppProtocol.H2c
            ? new HttpMessageInvoker(new Http2Handler(_handler), disposeHandler: false)
            : new HttpMessageInvoker(_handler, disposeHandler: false);
        Concurrency = plan.MaxConcurrency is > 0 and var most && plan.Protocol != AppProtocol.Grpc ? new SemaphoreSlim(most) : null;
        if (plan.Protocol == AppProtocol.Grpc)
        {
            _grpc = GrpcChannel.ForAddress(BaseAddress, new GrpcChannelOptions { HttpHandler = _handler, MaxReceiveMessageSize = plan.MaxBodyBytes });
            Callback = new AppCallback.AppCallbackClient(_grpc);
            // Too large an answer is refused in daprd's words, which name its size: so it is read whole.
            _large = GrpcChannel.ForAddress(BaseAddress, new GrpcChannelOptions { HttpHandler = _handler, MaxReceiveMessageSize = null });
            LargeCallback = new AppCallback.AppCallbackClient(_large);
            Health = new AppCallbackHealthCheck.AppCallbackHealthCheckClient(_grpc);
            OlderCallback = new AppCallbackAlpha.AppCallbackAlphaClient(_grpc);
        }
    }

    public int Port { get; }

    public Uri BaseAddress { get; }

    /// <summary>Sends as it is told: no redirects, cookies, decompression or trace headers of its own.</summary>
    public HttpMessageInvoker Invoker { get; }

    /// <summary>Calls that may be on their way to an application that speaks HTTP; null: any number.</summary>
    public SemaphoreSlim? Concurrency { get; }

    /// <summary>Sends an event once the application has fewer in hand than it may have (<c>--app-max-concurrency</c>).</summary>
    public async Task<HttpResponseMessage> SendEventAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Concurrency is null)
        {
            return await Invoker.SendAsync(request, cancellationToken);
        }

        await Concurrency.WaitAsync(cancellationToken);
        try
        {
            return await Invoker.SendAsync(request, cancellationToken);
        }
        finally
        {
            Concurrency.Release();
        }
    }

    /// <summary>Null when the application speaks HTTP.</summary>
    public AppCallback.AppCallbackClient? Callback { get; }

    /// <summary>The same without a limit for answers.</summary>
    public AppCallback.AppCallbackClient? LargeCallback { get; }

    /// <summary>Null when the application speaks HTTP.</summary>
    public AppCallbackHealthCheck.AppCallbackHealthCheckClient? Health { get; }

    /// <summary>Methods from before they were stable; null when the application speaks HTTP.</summary>
    public AppCallbackAlpha.AppCallbackAlphaClient? OlderCallback { get; }

    /// <summary>Returns when something accepts connections on the application's port; asks each 100 ms without end.</summary>
    public async Task WaitForPortAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        while (!await IsListeningAsync(cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock, cancellationToken);
        }
    }

    public static SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(3),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    };

    public ValueTask DisposeAsync()
    {
        _grpc?.Dispose();
        _large?.Dispose();
        Invoker.Dispose();
        Concurrency?.Dispose();
        _handler.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(BaseAddress.DnsSafeHost, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
