using System.Net;
using System.Net.Sockets;

namespace OpsMesh.Samples.GameServer;

/// <summary>Answers each line on its port, as a game server answers its players.</summary>
internal sealed class Server(int port, TimeProvider clock)
{
    private static readonly TimeSpan LongestVisit = TimeSpan.FromMinutes(5);

    private int _players;

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var started = clock.GetTimestamp();
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine($"serving on 127.0.0.1:{port} pid={Environment.ProcessId}");
        var visits = new List<Task>();
        try
        {
            while (true)
            {
                var player = await listener.AcceptTcpClientAsync(stopping);
                visits.RemoveAll(static v => v.IsCompleted);
                visits.Add(VisitAsync(player, started, stopping));
            }
        }
        finally
        {
            await Task.WhenAll(visits);
        }
    }

    private async Task VisitAsync(TcpClient player, long started, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(LongestVisit, clock);
        using var due = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        using (player)
        {
            Console.WriteLine($"players={Interlocked.Increment(ref _players)}");
            try
            {
                using var reader = new StreamReader(player.GetStream());
                await using var writer = new StreamWriter(player.GetStream()) { AutoFlush = true };
                while (await reader.ReadLineAsync(due.Token) is { } line)
                {
                    var up = (int)clock.GetElapsedTime(started).TotalSeconds;
                    await writer.WriteLineAsync($"ok pid={Environment.ProcessId} up={up}s players={_players} you said: {line}".AsMemory(), due.Token);
                }
            }
            catch (Exception left) when (left is IOException or OperationCanceledException)
            {
                // A player who hangs up is no news.
            }

            Console.WriteLine($"players={Interlocked.Decrement(ref _players)}");
        }
    }
}
