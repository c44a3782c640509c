using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Cases that <see cref="FaultScenes"/> plays, each with a redis of its own that it may stop.</summary>
internal sealed class FaultScenesPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => TestRedis.IsInstalled && FaultScenes.All.ContainsKey(recorded.Name);

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancellationToken }, async (one, token) => told(one, await PlayAsync(one, token)));

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync(isDurable: true);
        var scene = new FaultScene(recorded, folder.Path, redis, cancellationToken);
        await FaultScenes.All[recorded.Name](scene);
        return scene.Comparison.Differences;
    }
}
