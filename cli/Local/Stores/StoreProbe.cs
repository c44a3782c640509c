using System.Buffers.Binary;
using System.Net.Sockets;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>Asks a server that speaks no HTTP whether it would serve: one that is still reading its files already takes connections.</summary>
internal static class StoreProbe
{
    public const string Postgres = "postgresql";
    public const string Redis = "redis";

    private const int ProtocolVersion = 3 << 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static async Task<bool> IsReadyAsync(Uri url, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(Limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port, either.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(url.Scheme == Postgres ? StartupMessage() : "PING\r\n"u8.ToArray(), either.Token);
            var answer = new byte[8];
            var length = await stream.ReadAsync(answer, either.Token);
            return IsGood(url.Scheme, answer.AsSpan(0, length));
        }
        catch (Exception notYet) when (notYet is SocketException or IOException || (notYet is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>A question for a password is good enough; "starting up" (PostgreSQL) and LOADING (Redis) are errors.</summary>
    private static bool IsGood(string scheme, ReadOnlySpan<byte> answer) =>
        scheme == Postgres ? answer is [(byte)'R', ..] : answer.StartsWith("+PONG"u8) || answer.StartsWith("-NOAUTH"u8);

    private static byte[] StartupMessage()
    {
        var names = "user\0opsmesh\0database\0opsmesh\0\0"u8;
        var message = new byte[8 + names.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), ProtocolVersion);
        names.CopyTo(message.AsSpan(8));
        return message;
    }
}
