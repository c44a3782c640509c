namespace OpsMesh.Samples.GameServer;

/// <summary>Keeps cores busy, for a time or until it is stopped.</summary>
internal static class Burner
{
    public static async Task<int> RunAsync(TimeSpan time, int cores, TimeProvider clock, CancellationToken stopping)
    {
        Console.WriteLine($"burning {cores} cores pid={Environment.ProcessId}");
        using var limit = time > TimeSpan.Zero ? new CancellationTokenSource(time, clock) : new CancellationTokenSource();
        using var due = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        var burning = Enumerable.Range(0, Math.Max(1, cores)).Select(_ => Task.Factory.StartNew(
            () => Burn(due.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(burning);
        stopping.ThrowIfCancellationRequested();
        Console.WriteLine("burnt out");
        return 0;
    }

    private static void Burn(CancellationToken due)
    {
        var x = 1.0;
        while (!due.IsCancellationRequested)
        {
            for (var i = 0; i < 100_000; i++)
            {
                x = Math.Sqrt(x + i);
            }
        }
    }
}
