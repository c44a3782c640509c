using System.Globalization;

namespace OpsMesh.Bench.Subjects.Calling;

/// <summary>Loops of calls that wait for one answer each, as many at a time as connections times streams.</summary>
internal static class CallProgram
{
    private const int BufferBytes = 4096;

    public static async Task<int> RunAsync(string kind, Uri address, int connections, int streams)
    {
        var callers = Enumerable.Range(0, connections).Select(_ => Create(kind, address)).ToList();
        await Task.WhenAll(callers.Select(caller => caller.CallAsync(new byte[BufferBytes])));
        Conversation.Say(new { ready = true });

        // "run SECONDS"
        await Conversation.HoldAsync(words => MeasureAsync(
            callers, streams, TimeSpan.FromSeconds(double.Parse(words[1], CultureInfo.InvariantCulture)), TimeProvider.System));
        callers.ForEach(caller => caller.Dispose());
        return 0;
    }

    private static ICaller Create(string kind, Uri address) => kind switch
    {
        "channel" => new ChannelCaller(address),
        "hand" => new HandCaller(address),
        _ => throw new ArgumentException($"No such client: {kind}", nameof(kind)),
    };

    private static async Task<object> MeasureAsync(IEnumerable<ICaller> callers, int streams, TimeSpan length, TimeProvider clock)
    {
        using var due = new CancellationTokenSource();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = clock.GetTimestamp();
        var loops = callers.SelectMany(caller => Enumerable.Range(0, streams).Select(_ => LoopAsync(caller, due.Token))).ToList();
        await Task.Delay(length, clock);
        await due.CancelAsync();
        var calls = (await Task.WhenAll(loops)).Sum();
        var seconds = clock.GetElapsedTime(start).TotalSeconds;
        return new { calls, seconds, allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated };
    }

    private static async Task<long> LoopAsync(ICaller caller, CancellationToken due)
    {
        await Task.Yield();
        var buffer = new byte[BufferBytes];
        var calls = 0L;
        while (!due.IsCancellationRequested)
        {
            await caller.CallAsync(buffer);
            calls++;
        }

        return calls;
    }
}
