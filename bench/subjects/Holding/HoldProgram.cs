using System.Globalization;

namespace OpsMesh.Bench.Subjects.Holding;

/// <summary>Many connections that do nothing, then one call on each. Bare sockets: what is measured is the server's memory.</summary>
internal static class HoldProgram
{
    private const int AtOnce = 32;

    public static async Task<int> RunAsync(int port)
    {
        var connections = new List<HeldConnection>();
        Conversation.Say(new { ready = true });
        await Conversation.HoldAsync(async words =>
        {
            switch (words)
            {
                case ["open", var count]:
                    var numbers = Enumerable.Range(0, int.Parse(count, CultureInfo.InvariantCulture));
                    await Parallel.ForEachAsync(numbers, Limit(), async (_, _) =>
                    {
                        var connection = await HeldConnection.OpenAsync(port);
                        lock (connections)
                        {
                            connections.Add(connection);
                        }
                    });
                    return new { open = connections.Count };
                case ["call"]:
                    var unused = connections.Where(connection => !connection.IsUsed).ToList();
                    await Parallel.ForEachAsync(unused, Limit(), async (connection, _) => await connection.CallAsync());
                    return new { answered = unused.Count };
                default:
                    throw new ArgumentException($"No such command: {string.Join(' ', words)}");
            }
        });
        connections.ForEach(connection => connection.Dispose());
        return 0;
    }

    private static ParallelOptions Limit() => new() { MaxDegreeOfParallelism = AtOnce };
}
