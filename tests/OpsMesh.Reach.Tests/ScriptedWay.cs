using Grpc.Core;
using OpsMesh.Contracts.Daemon.V1;

namespace OpsMesh.Reach;

/// <summary>A way whose every call ends as the test says.</summary>
internal sealed class ScriptedWay(Way way, Func<object> answer) : CallInvoker, INodeWay
{
    public int Calls { get; private set; }

    public Way Way => way;

    /// <summary>Set: the way is not open at all.</summary>
    public Failure? Closed { get; init; }

    public static RpcException Lost(StatusCode code = StatusCode.Unavailable) => new(new Status(code, "lost"));

    public Outcome<CallInvoker> Open(NodeDocument node) => Closed is { } closed ? closed : this;

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var result = Next();
        var task = result is Exception e ? Task.FromException<TResponse>(e) : Task.FromResult((TResponse)result);
        return new AsyncUnaryCall<TResponse>(task, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(
            (IAsyncStreamReader<TResponse>)(object)new Reader([Next()]),
            Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private object Next()
    {
        Calls++;
        return answer();
    }

    private sealed class Reader(Queue<object> items) : IAsyncStreamReader<StreamLogsResponse>
    {
        public Reader(IEnumerable<object> items)
            : this(new Queue<object>(items))
        {
        }

        public StreamLogsResponse Current { get; private set; } = new();

        public Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!items.TryDequeue(out var item))
            {
                return Task.FromResult(false);
            }

            if (item is Exception e)
            {
                return Task.FromException<bool>(e);
            }

            Current = (StreamLogsResponse)item;
            return Task.FromResult(true);
        }
    }
}
