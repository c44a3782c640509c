using System.Net;
using System.Net.Sockets;
using static OpsMesh.Grpc.Tests.Hostile.RawFrame;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>A client of HTTP/2 by hand over one socket.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    // No dynamic table for the answers' headers, and all the window there is.
    private static readonly byte[] Generous =
        [.. Preface, .. new RawFrame(Settings, 0, 0, [0, 1, 0, 0, 0, 0, 0, 4, 127, 255, 255, 255]).ToBytes(), .. new RawFrame(WindowUpdate, 0, 0, [127, 0, 0, 0]).ToBytes()];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning disable CA2213 // It holds nothing but the socket, and may not be disposed of while another thread reads.
    private Stream? _reads;
#pragma warning restore CA2213
    private bool _disposed;

    /// <summary>With these settings alone.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address, byte[] settings, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(address, cancellationToken);
        await connection.SendAsync((byte[])[.. Preface, .. new RawFrame(Settings, 0, 0, settings).ToBytes()], cancellationToken);
        return connection;
    }

    /// <summary>Ready to read whatever the server sends.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(address, cancellationToken);
        await connection.SendAsync(Generous, cancellationToken);
        return connection;
    }

    /// <summary>A connection on which nothing has been said.</summary>
    public static async Task<RawConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var connection = new RawConnection();
        try
        {
            await connection._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port), cancellationToken);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection._reads = new BufferedStream(new NetworkStream(connection._socket), 16 * 1024);
        return connection;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
            }
        }
        catch (SocketException hungUp)
        {
            throw new IOException("The peer has hung up.", hungUp);
        }
    }

    public Task SendAsync(byte type, byte flags, int stream, byte[] payload, CancellationToken cancellationToken) =>
        SendAsync(new RawFrame(type, flags, stream, payload).ToBytes(), cancellationToken);

    public Task StartCallAsync(int stream, string method, CancellationToken cancellationToken, byte flags = EndHeaders) =>
        SendAsync(Headers, flags, stream, HeaderBlock.Encode(RawCall.Fields(method)), cancellationToken);

    public Task<RawFrame?> ReadAsync(CancellationToken cancellationToken) => RawFrame.ReadAsync(_reads!, cancellationToken);

    /// <summary>Reads until the given streams have ended, or the connection.</summary>
    /// <returns>How each ended; those that the connection took with it are absent.</returns>
    public async Task<Dictionary<int, StreamEnd>> ReadEndsAsync(IReadOnlyCollection<int> streams, CancellationToken cancellationToken)
    {
        var open = streams.ToHashSet();
        var ends = new Dictionary<int, StreamEnd>();
        while (open.Count > 0 && await ReadAsync(cancellationToken) is { } frame)
        {
            var end = ends.GetValueOrDefault(frame.Stream, StreamEnd.None).With(frame);
            if (open.Contains(frame.Stream))
            {
                ends[frame.Stream] = end;
                if (frame.EndsStream || frame.Type == ResetStream)
                {
                    open.Remove(frame.Stream);
                }
            }
        }

        foreach (var stream in open)
        {
            ends.Remove(stream);
        }

        return ends;
    }

    /// <summary>Reads and forgets until the peer closes or the token fires.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadAsync(cancellationToken) is not null)
            {
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Nothing follows, but answers are still read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets the connection rather than ending it: thousands of these leave no port waiting.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _socket.LingerState = new(true, 0);
            _socket.Dispose();
        }
    }
}
