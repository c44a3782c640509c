using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpsMesh.Grpc.Tests.Hostile;

/// <summary>HTTP/2 frames by hand over one socket.</summary>
internal sealed class RawConnection : IDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private readonly TcpClient _client = new();
    private NetworkStream? _stream;

    public static async Task<RawConnection> OpenAsync(Uri address, byte[] settings, CancellationToken cancellationToken)
    {
        var connection = new RawConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        connection._stream = connection._client.GetStream();
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), cancellationToken);
        await connection.SendAsync(Settings, 0, 0, settings, cancellationToken);
        return connection;
    }

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload, CancellationToken cancellationToken)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await _stream!.WriteAsync(frame, cancellationToken);
    }

    public Task StartCallAsync(int stream, string method, CancellationToken cancellationToken, byte flags = EndHeaders) =>
        SendAsync(Headers, flags, stream, HeaderBlock(method), cancellationToken);

    /// <summary>Reads and forgets until the peer closes or the token fires.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _stream!.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _client.Dispose();
    }

    // Literal fields without indexing and without Huffman coding.
    private static byte[] HeaderBlock(string method)
    {
        var block = new List<byte>();
        foreach (var (name, value) in new[]
        {
            (":method", "POST"), (":scheme", "http"), (":path", $"/opsmesh.grpc.tests.Echo/{method}"), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        })
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }

        return [.. block];
    }
}
