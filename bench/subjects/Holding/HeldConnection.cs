using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OpsMesh.Bench.Subjects.Holding;

/// <summary>One HTTP/2 connection, as bare as the protocol allows.</summary>
internal sealed class HeldConnection : IDisposable
{
    private const int FrameHeaderBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ack = 1;

    private static readonly byte[] Opening = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];
    private static readonly byte[] SettingsAck = Frame(Settings, Ack, 0, []);
    private static readonly byte[] Call =
        [.. Frame(Headers, EndHeaders, 1, HeaderBlock()), .. Frame(Data, EndStream, 1, BenchMessages.Frame(BenchMessages.Request()))];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private HeldConnection()
    {
    }

    /// <summary>It has made its one call.</summary>
    public bool IsUsed { get; private set; }

    public static async Task<HeldConnection> OpenAsync(int port)
    {
        var connection = new HeldConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        await connection._socket.SendAsync(Opening);
        await connection.ReadUntilAsync((type, flags) => type == Settings && (flags & Ack) != 0, acknowledge: true);
        return connection;
    }

    public async Task CallAsync()
    {
        IsUsed = true;
        await _socket.SendAsync(Call);
        await ReadUntilAsync((type, flags) => type == Headers && (flags & EndStream) != 0, acknowledge: false);
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadUntilAsync(Func<byte, byte, bool> last, bool acknowledge)
    {
        var buffer = new byte[1024];
        var length = 0;
        while (true)
        {
            var start = 0;
            while (length - start >= FrameHeaderBytes)
            {
                var header = buffer.AsSpan(start, FrameHeaderBytes);
                var size = FrameHeaderBytes + (int)(BinaryPrimitives.ReadUInt32BigEndian(header) >> 8);
                if (length - start < size)
                {
                    break;
                }

                var (type, flags) = (header[3], header[4]);
                start += size;
                if (acknowledge && type == Settings && (flags & Ack) == 0)
                {
                    await _socket.SendAsync(SettingsAck);
                }

                if (last(type, flags))
                {
                    return;
                }
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            var read = await _socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The server closed a connection that was to be held.");
            }

            length += read;
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(FrameHeaderBytes));
        return frame;
    }

    /// <summary>Literals that enter no table, as .NET's client writes them.</summary>
    private static byte[] HeaderBlock()
    {
        const byte MethodPost = 0x83;
        const byte SchemeHttp = 0x86;
        var block = new List<byte> { MethodPost, SchemeHttp };
        Add([0x04], BenchMessages.Beat);
        Add([0x01], "localhost");
        Add([0x0f, 0x10], "application/grpc");
        Add([0x00, 2, .. "te"u8], "trailers");
        return [.. block];

        void Add(ReadOnlySpan<byte> name, string value)
        {
            block.AddRange(name);
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }
    }
}
