using System.Threading.Channels;
using Grpc.Core;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Reach;

namespace OpsMesh.AgentCommand.Fakes;

/// <summary>A daemon that says what the test tells it to. Each Execute takes the next script; without one it waits.</summary>
internal sealed class ScriptedDaemon : CallInvoker, INodeConnector
{
    private readonly Channel<Script> _scripts = Channel.CreateBounded<Script>(16);

    private readonly Channel<CommandPayload> _taken = Channel.CreateBounded<CommandPayload>(16);

    public List<CommandPayload> Offered { get; } = [];

    /// <summary>Answers the next Execute with these states and, unless the last is final, leaves it open.</summary>
    public void Answers(params CommandProgress[] progress) => _scripts.Writer.TryWrite(new Script(progress, null));

    /// <summary>Refuses the next Execute.</summary>
    public void Refuses(Failure refusal) => _scripts.Writer.TryWrite(new Script([], refusal));

    /// <summary>Waits until the next script was taken.</summary>
    public async Task<CommandPayload> TakenAsync(CancellationToken cancellationToken) => await _taken.Reader.ReadAsync(cancellationToken);

    public Task<Outcome<T>> CallAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonService.DaemonServiceClient, CallOptions, AsyncUnaryCall<T>> start, CancellationToken cancellationToken)
        where T : class => throw new NotSupportedException();

    public async Task<Outcome<NodeMessages<T>>> OpenAsync<T>(
        string nodeId, Traffic traffic, Func<DaemonService.DaemonServiceClient, CallOptions, AsyncServerStreamingCall<T>> start, CancellationToken cancellationToken)
        where T : class
    {
        var stream = start(new DaemonService.DaemonServiceClient(this), new CallOptions(cancellationToken: cancellationToken));
        var script = await _scripts.Reader.ReadAsync(cancellationToken);
        _taken.Writer.TryWrite(Offered[^1]);
        if (script.Refusal is { } refusal)
        {
            return refusal;
        }

        return new NodeMessages<T>(nodeId, Way.Dapr, null, (IAsyncStreamReader<T>)(object)new Progress(script.Progress), stream);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        Offered.Add(CommandPayload.Parser.ParseFrom(((ExecuteRequest)(object)request).Envelope.Payload));
        return new AsyncServerStreamingCall<TResponse>(
            null!, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    private sealed record Script(IReadOnlyList<CommandProgress> Progress, Failure? Refusal);

    private sealed class Progress(IReadOnlyList<CommandProgress> progress) : IAsyncStreamReader<ExecuteResponse>
    {
        private int _at = -1;

        public ExecuteResponse Current => new() { Progress = progress[_at] };

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (++_at < progress.Count)
            {
                return true;
            }

            if (progress.Count > 0 && progress[^1].State < CommandState.Succeeded)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return false;
        }
    }
}
