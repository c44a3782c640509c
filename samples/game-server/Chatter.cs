namespace OpsMesh.Samples.GameServer;

/// <summary>Writes numbered lines, so that whoever reads the log can tell whether one is missing.</summary>
internal sealed class Chatter(TimeSpan interval, TimeProvider clock)
{
    private static readonly string[] Said = ["match started", "player joined", "score saved", "player left", "match ended"];

    public async Task<int> RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval > TimeSpan.Zero ? interval : TimeSpan.FromMilliseconds(1), clock);
        for (long n = 1; ; n++)
        {
            var level = n % 10 == 0 ? "WARN" : "INFO";
            Console.WriteLine($"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {level} n={n} pid={Environment.ProcessId} {Said[n % Said.Length]}");
            await timer.WaitForNextTickAsync(stopping);
        }
    }
}
