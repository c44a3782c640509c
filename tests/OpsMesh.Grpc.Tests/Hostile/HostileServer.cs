using System.Net;
using System.Net.Sockets;
using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>A server of HTTP/2 by hand, which says to each request what its script says.</summary>
internal sealed class HostileServer : IAsyncDisposable
{
    private const int PrefaceBytes = 24;

    private static readonly byte[] Greeting = new RawFrame(Settings, 0, 0, []).ToBytes();
    private static readonly byte[] Acknowledged = new RawFrame(Settings, Ack, 0, []).ToBytes();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Func<RawFrame, HostileAnswer?> _script;
    private readonly Task _accepting;
    private int _open;
    private int _accepted;

    /// <param name="script">Sees each frame of a request; null says nothing to it.</param>
    public HostileServer(Func<RawFrame, HostileAnswer?> script)
    {
        _script = script;
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Connections => Volatile.Read(ref _open);

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>False: connections are taken, and nothing is ever said on them.</summary>
    public bool Speaks { get; init; } = true;

    public bool AnswersPings { get; init; } = true;

    /// <summary>Answers a request once it has ended.</summary>
    public static Func<RawFrame, HostileAnswer?> AtTheEnd(Func<int, HostileAnswer> answer) =>
        frame => frame.EndsStream ? answer(frame.Stream) : null;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_closing.Token);
                Interlocked.Increment(ref _accepted);
                connections.RemoveAll(task => task.IsCompleted);
                connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _open);
        try
        {
            await SpeakAsync(socket);
        }
        catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException)
        {
        }
        finally
        {
            socket.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task SpeakAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket);
        await using var reads = new BufferedStream(stream, 16 * 1024);
        await reads.ReadExactlyAsync(new byte[PrefaceBytes], _closing.Token);
        if (Speaks)
        {
            await stream.WriteAsync(Greeting, _closing.Token);
        }

        while (await ReadAsync(reads, _closing.Token) is { } frame)
        {
            if (!Speaks)
            {
                continue;
            }

            if (frame.Type == Settings && (frame.Flags & Ack) == 0)
            {
                await stream.WriteAsync(Acknowledged, _closing.Token);
            }
            else if (frame.Type == Ping && (frame.Flags & Ack) == 0 && AnswersPings)
            {
                await stream.WriteAsync(new RawFrame(Ping, Ack, 0, frame.Payload).ToBytes(), _closing.Token);
            }
            else if (frame.Stream != 0 && _script(frame) is { } answer)
            {
                await stream.WriteAsync(answer.Bytes, _closing.Token);
                if (answer.HangsUp)
                {
                    socket.Shutdown(SocketShutdown.Send);
                }
            }
        }
    }
}
