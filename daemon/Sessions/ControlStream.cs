using Grpc.Core;
using OpsMesh.Contracts.AgentCommand.V1;
using OpsMesh.Daemon.Commands;

namespace OpsMesh.Daemon.Sessions;

/// <summary>
/// The session with agent-command: tells what the journal holds, hears what is stored there, answers pings. When the server drains, the
/// next stream is there before this one ends.
/// </summary>
internal sealed partial class ControlStream(
    NodeFacts node,
    MeshLinks links,
    SessionState session,
    ServerClock serverClock,
    CommandJournal journal,
    AgentStateSync sync,
    TimeProvider clock,
    ILogger<ControlStream> logger) : SessionWorker
{
    private const string AgentCommand = AgentStateSync.AgentCommand;
    private const int MissedPings = 3;
    private static readonly TimeSpan HelloLimit = TimeSpan.FromSeconds(15);

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(30));

    protected override async Task RunAsync(CancellationToken leaving)
    {
        if (!links.Has(AgentCommand))
        {
            return;
        }

        await session.Registered.WaitAsync(leaving);
        var client = new SessionService.SessionServiceClient(links.To(AgentCommand));
        OpenStream? old = null;
        while (true)
        {
            OpenStream? stream = null;
            try
            {
                stream = new OpenStream(client.Connect(cancellationToken: leaving), clock);
                await GreetAsync(stream, leaving);
                old?.Dispose();
                old = null;
                await ServeAsync(stream, leaving);
                (old, stream) = (stream, null);
            }
            catch (Exception failed) when (failed is RpcException or TimeoutException && !leaving.IsCancellationRequested)
            {
                links.Fails(AgentCommand, failed as RpcException ?? new RpcException(new Status(StatusCode.Unavailable, failed.Message)));
                await Task.Delay(_backoff.Next(), clock, leaving);
            }
            finally
            {
                stream?.Dispose();
                if (leaving.IsCancellationRequested)
                {
                    old?.Dispose();
                }
            }
        }
    }

    private async Task GreetAsync(OpenStream stream, CancellationToken leaving)
    {
        var (seq, digest) = sync.Last;
        var hello = new NodeHello
        {
            NodeId = node.NodeId,
            SessionEpoch = session.Epoch,
            DaemonEpoch = node.Epoch,
            BootId = node.BootId,
            StateSeq = seq,
            StateDigest = digest,
        };
        hello.Journal.AddRange(journal.Unsettled());
        await stream.SendAsync(new ConnectRequest { Hello = hello }, leaving);
        var first = await stream.NextAsync(HelloLimit, leaving);
        if (first?.HelloReply is not { } reply)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended before its hello was answered."));
        }

        if (reply.ServerTime is { } time)
        {
            serverClock.Set(time.ToDateTimeOffset());
        }

        stream.SilenceLimit = reply.PingInterval?.ToTimeSpan() is { } interval && interval > TimeSpan.Zero ? interval * MissedPings : null;
        await journal.AckAsync(reply.AckedResults, leaving);
        if (reply.NeedFullState)
        {
            sync.SendSnapshot();
        }

        links.Works(AgentCommand);
        _backoff.Reset();
        LogConnected(reply.RouteEpoch, hello.Journal.Count, reply.AckedResults.Count);
    }

    /// <summary>Until the server drains.</summary>
    private async Task ServeAsync(OpenStream stream, CancellationToken leaving)
    {
        while (await stream.NextAsync(stream.SilenceLimit, leaving) is { } frame)
        {
            switch (frame.FrameCase)
            {
                case ConnectResponse.FrameOneofCase.Ping:
                    await stream.SendAsync(new ConnectRequest { Pong = new Pong { Seq = frame.Ping.Seq } }, leaving);
                    break;
                case ConnectResponse.FrameOneofCase.HelloReply:
                    await journal.AckAsync(frame.HelloReply.AckedResults, leaving);
                    break;
                case ConnectResponse.FrameOneofCase.Draining:
                    LogDraining();
                    return;
                default:
                    // Poke: commands come by Execute. Dial: this daemon has no tunnel; the service reaches it another way.
                    LogIgnored(frame.FrameCase);
                    break;
            }
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended."));
    }

    [LoggerMessage(LogLevel.Information, "Connected to agent-command, route {Route}; told {Told} commands, {Acked} are stored there")]
    private partial void LogConnected(ulong route, int told, int acked);

    [LoggerMessage(LogLevel.Information, "agent-command is about to stop; connecting anew")]
    private partial void LogDraining();

    [LoggerMessage(LogLevel.Debug, "A frame {Frame} needs nothing from this daemon")]
    private partial void LogIgnored(ConnectResponse.FrameOneofCase frame);

    /// <summary>One stream with its limits of silence.</summary>
    private sealed class OpenStream(AsyncDuplexStreamingCall<ConnectRequest, ConnectResponse> call, TimeProvider clock) : IDisposable
    {
        public TimeSpan? SilenceLimit { get; set; }

        public Task SendAsync(ConnectRequest frame, CancellationToken cancellationToken) => call.RequestStream.WriteAsync(frame, cancellationToken);

        /// <returns>Null when the server ended the stream.</returns>
        /// <exception cref="TimeoutException">Nothing came within the limit.</exception>
        public async Task<ConnectResponse?> NextAsync(TimeSpan? limit, CancellationToken cancellationToken)
        {
            var next = call.ResponseStream.MoveNext(cancellationToken);
            var came = limit is { } most ? await next.WaitAsync(most, clock, cancellationToken) : await next;
            return came ? call.ResponseStream.Current : null;
        }

        public void Dispose() => call.Dispose();
    }
}
