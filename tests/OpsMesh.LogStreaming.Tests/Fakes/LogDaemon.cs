using System.Threading.Channels;
using Grpc.Core;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Reach;

namespace OpsMesh.LogStreaming.Fakes;

/// <summary>A node whose log the test writes.</summary>
internal sealed class LogDaemon : CallInvoker, INodeConnector
{
    private readonly Channel<StreamLogsResponse> _batches = Channel.CreateBounded<StreamLogsResponse>(16);

    public Failure? Refusal { get; set; }

    public GetLogsResponse Page { get; set; } = new();

    public object? Asked { get; private set; }

    public Traffic? Traffic { get; private set; }

    public bool Disposed { get; private set; }

    public void Writes(StreamLogsResponse batch) => _batches.Writer.TryWrite(batch);

    public void Ends() => _batches.Writer.Complete();

    public async Task<Outcome<T>> CallAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonService.DaemonServiceClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
        where T : class
    {
        Traffic = traffic;
        return Refusal is { } refusal
            ? refusal
            : await start(new DaemonService.DaemonServiceClient(this), new CallOptions(cancellationToken: cancellationToken));
    }

    public Task<Outcome<NodeMessages<T>>> OpenAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonService.DaemonServiceClient, CallOptions, AsyncServerStreamingCall<T>> start, CancellationToken cancellationToken)
        where T : class
    {
        Traffic = traffic;
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<NodeMessages<T>>>(refusal);
        }

        var stream = start(new DaemonService.DaemonServiceClient(this), new CallOptions(cancellationToken: cancellationToken));
        return Task.FromResult<Outcome<NodeMessages<T>>>(
            new NodeMessages<T>(nodeId, Way.Direct, null, (IAsyncStreamReader<T>)(object)new Reader(_batches.Reader), stream));
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Asked = request;
        return new AsyncUnaryCall<TResponse>(
            Task.FromResult((TResponse)(object)Page), Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Asked = request;
        return new AsyncServerStreamingCall<TResponse>(
            null!, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => Disposed = true);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private sealed class Reader(ChannelReader<StreamLogsResponse> batches) : IAsyncStreamReader<StreamLogsResponse>
    {
        public StreamLogsResponse Current { get; private set; } = new();

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await batches.WaitToReadAsync(cancellationToken) || !batches.TryRead(out var batch))
            {
                return false;
            }

            Current = batch;
            return true;
        }
    }
}
