namespace OpsMesh.Bench.Harness;

public sealed class RoundRobinTests
{
    private static readonly Schedule Three = new(3, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), IsQuick: false);

    private readonly List<string> _order = [];

    [Fact]
    public async Task TwoContestants_WarmUpAndThenTakeTheFirstPlaceInTurn()
    {
        await RunAsync(new Runner("a", _order, 1, 1, 1, 1), new Runner("b", _order, 1, 1, 1, 1));

        Assert.Equal(["a 5", "b 5", "a 1", "b 1", "b 1", "a 1", "a 1", "b 1"], _order);
    }

    [Fact]
    public async Task DisturbedRound_LeavesTheMedian()
    {
        var series = await RunAsync(new Runner("a", _order, 7, 100, 3, 110));

        Assert.Equal(new Spread(100, 3, 110), series["a"].Rate);
    }

    private static Task<IReadOnlyDictionary<string, Series>> RunAsync(params IReadOnlyList<IContestant> contestants) =>
        new RoundRobin(Three, new Progress(TextWriter.Null, TimeProvider.System)).RunAsync("test", contestants, TestContext.Current.CancellationToken);

    private sealed class Runner(string name, List<string> order, params IEnumerable<long> operations) : IContestant
    {
        private readonly Queue<long> _operations = new(operations);

        public string Name => name;

        public Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken)
        {
            order.Add($"{name} {length.TotalSeconds}");
            return Task.FromResult(new Sample(_operations.Dequeue(), 1, 1, null));
        }
    }
}
