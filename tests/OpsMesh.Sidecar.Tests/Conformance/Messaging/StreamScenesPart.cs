using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Cases about streams that <see cref="StreamScenes"/> plays, side by side: each has topics of its own.</summary>
internal sealed class StreamScenesPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => TestRedis.IsInstalled && StreamScenes.All.ContainsKey(recorded.Name);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        await using var redis = await TestRedis.StartAsync();
        using var connection = await MessagingRedis.ConnectAsync(redis);
        var groups = cases.GroupBy(c => c.Yaml is "stream-yaml" || c.Name == "pubsub/stream/setup" ? "stream-yaml" : c.Yaml, StringComparer.Ordinal);
        await Parallel.ForEachAsync(groups, cancellationToken, async (group, token) =>
        {
            using var folder = new ReplayFolder();
            var appId = group.Key == "stream-yaml" ? "b-str" : "b-str2";
            var resiliency = group.Key == "stream-yaml" ? MessagingYaml.Resiliency(group.First(c => c.Setup["resiliency"] is not null).Setup) : "";
            await using var sidecar = await ReplaySidecar.StartAsync(MessagingYaml.Setup(appId, folder.Path, MessagingYaml.Components(group.Key, redis.Port), resiliency), token);
            // Those that look at the metadata see the streams of the others, and an asterisk their events: these come first and alone.
            foreach (var one in group.Where(IsAlone))
            {
                await PlayAsync(one, token);
            }

            await Parallel.ForEachAsync(group.Where(c => !IsAlone(c)), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = token }, async (one, t) => await PlayAsync(one, t));

            async Task PlayAsync(RecordedCase one, CancellationToken t)
            {
                var scene = new StreamScene(one, sidecar, connection.GetDatabase(), appId, t);
                await StreamScenes.All[one.Name](scene);
                told(one, scene.Comparison.Differences);
            }
        });
    }

    private static bool IsAlone(RecordedCase recorded) => recorded.Has("http") || recorded.Name.Contains("/wildcards", StringComparison.Ordinal);
}
