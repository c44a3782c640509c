using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;

namespace OpsMesh.AgentCommand.Sessions;

/// <summary>One control stream of a node, from its hello to its end. Frames are written by one task; what does not fit is refused.</summary>
internal sealed class Session : IDisposable
{
    private const int MostWaitingFrames = 64;

    private readonly Channel<ConnectResponse> _frames = Channel.CreateBounded<ConnectResponse>(MostWaitingFrames);
    private readonly CancellationTokenSource _ended = new();
    private readonly SessionOptions _options;
    private readonly TimeProvider _clock;
    private long _lastPong;
    private Failure? _endedBy;

    public Session(NodeHello hello, ulong routeEpoch, SessionOptions options, TimeProvider clock)
    {
        (Hello, RouteEpoch, _options, _clock) = (hello, routeEpoch, options, clock);
        Ended = _ended.Token;
        _lastPong = clock.GetTimestamp();
    }

    public NodeHello Hello { get; }

    public string NodeId => Hello.NodeId;

    public ulong RouteEpoch { get; }

    /// <summary>Fires when the session is over; work that only makes sense during it stops then.</summary>
    public CancellationToken Ended { get; }

    /// <returns>False when the node does not read: the frame is dropped, as frames are hints.</returns>
    public bool Post(ConnectResponse frame) => _frames.Writer.TryWrite(frame);

    /// <summary>Tells the node that its journal may forget a command. Lost when the node does not read: the next hello says it again.</summary>
    public void Acknowledge(string commandId) =>
        Post(new ConnectResponse
        {
            HelloReply = new HelloReply
            {
                RouteEpoch = RouteEpoch,
                ServerTime = _clock.GetUtcNow().ToTimestamp(),
                PingInterval = _options.PingInterval.ToDuration(),
                AckedResults = { commandId },
            },
        });

    /// <summary>Ends the stream with a refusal; the first reason holds.</summary>
    public void End(Failure reason)
    {
        Interlocked.CompareExchange(ref _endedBy, reason, null);
        EndQuietly();
    }

    /// <summary>Serves the stream until either side ends it.</summary>
    /// <param name="stopping">Fires when the process goes away: the node is told, then the stream ends.</param>
    /// <returns>Null when the stream ended in order.</returns>
    public async Task<Failure?> RunAsync(
        IAsyncStreamReader<ConnectRequest> requests,
        IServerStreamWriter<ConnectResponse> responses,
        CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(Ended, cancellationToken);
        await Task.WhenAll(
            EndAfterAsync(ReadAsync(requests, linked.Token)),
            EndAfterAsync(WriteAsync(responses, linked.Token)),
            EndAfterAsync(PingAsync(linked.Token)),
            EndAfterAsync(DrainAsync(stopping, linked.Token)));
        return _endedBy;
    }

    public void Dispose()
    {
        EndQuietly();
        _ended.Dispose();
    }

    private async Task ReadAsync(IAsyncStreamReader<ConnectRequest> requests, CancellationToken cancellationToken)
    {
        while (await requests.MoveNext(cancellationToken))
        {
            switch (requests.Current.FrameCase)
            {
                case ConnectRequest.FrameOneofCase.Pong:
                    Interlocked.Exchange(ref _lastPong, _clock.GetTimestamp());
                    break;
                case ConnectRequest.FrameOneofCase.Hello:
                    End(new Failure(FailureKind.Invalid, Reasons.FieldFormat, "hello is the first message, exactly once.") { Field = "hello" });
                    return;
                default:
                    // A newer daemon may say what this side does not know.
                    break;
            }
        }
    }

    private async Task WriteAsync(IServerStreamWriter<ConnectResponse> responses, CancellationToken cancellationToken)
    {
        await foreach (var frame in _frames.Reader.ReadAllAsync(cancellationToken))
        {
            await responses.WriteAsync(frame, cancellationToken);
        }
    }

    private async Task PingAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.PingInterval, _clock);
        for (ulong seq = 1; await timer.WaitForNextTickAsync(cancellationToken); seq++)
        {
            if (_clock.GetElapsedTime(Interlocked.Read(ref _lastPong)) > _options.PingInterval * 2.5)
            {
                End(new Failure(FailureKind.TooLate, Reasons.StreamIdle, "No pong came for two and a half intervals."));
                return;
            }

            Post(new ConnectResponse { Ping = new Ping { Seq = seq } });
        }
    }

    private async Task DrainAsync(CancellationToken stopping, CancellationToken cancellationToken)
    {
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(() => leaving.TrySetResult());
        await leaving.Task.WaitAsync(cancellationToken);

        Post(new ConnectResponse { Draining = new Draining { Grace = _options.DrainGrace.ToDuration() } });
        await Task.Delay(_options.DrainGrace, _clock, cancellationToken);
    }

    /// <summary>Whichever loop ends first ends the session; that the others are cancelled then is no failure.</summary>
    private async Task EndAfterAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
        catch (Exception e) when (e is IOException or RpcException or InvalidOperationException)
        {
            // The connection is gone; the daemon comes again.
        }
        finally
        {
            EndQuietly();
        }
    }

    private void EndQuietly()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ended long ago.
        }
    }
}
