using OpsMesh.Contracts.Telemetry.V1;

namespace OpsMesh.Daemon.Measuring;

public sealed class MetricSpoolTests
{
    [Fact]
    public async Task BatchThatWasNotDone_KeepsItsIdentityOverARestart()
    {
        using var folder = new TestFolder();
        var token = TestContext.Current.CancellationToken;
        await using (var spool = await MetricSpool.OpenAsync(folder.Root, 7, token))
        {
            await AddAsync(spool, 1);
            await AddAsync(spool, 2);
            var (place, batch) = await spool.NextAsync(token);
            Assert.Equal((7ul, 1ul), (batch.DaemonEpoch, batch.BatchSeq));
            await spool.DoneAsync(place, token);
        }

        await using var later = await MetricSpool.OpenAsync(folder.Root, 8, token);
        await AddAsync(later, 3);

        var old = await later.NextAsync(token);
        await later.DoneAsync(old.Place, token);
        var fresh = await later.NextAsync(token);
        Assert.Equal((7ul, 2ul), (old.Batch.DaemonEpoch, old.Batch.BatchSeq));
        Assert.Equal((8ul, 1ul), (fresh.Batch.DaemonEpoch, fresh.Batch.BatchSeq));
        Assert.Equal(3, Assert.Single(fresh.Batch.Metrics).Values["usage_percent"]);
    }

    private static Task AddAsync(MetricSpool spool, double value) => spool.AddAsync(
        "n", [new Metric { Type = "cpu", Timestamp = 1, Values = { ["usage_percent"] = value } }], TestContext.Current.CancellationToken);
}
