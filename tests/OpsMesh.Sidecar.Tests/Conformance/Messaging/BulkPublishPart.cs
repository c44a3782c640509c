using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Bulk publish over redis and in memory.</summary>
internal sealed class BulkPublishPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => TestRedis.IsInstalled && recorded.File == "pubsub-publish"
        && (recorded.Name.StartsWith("pubsub/bulk-publish/", StringComparison.Ordinal) || recorded.Name is "pubsub/publish/http/broker-error" or "pubsub/metadata/components-capabilities");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync();
        await using var app = await RecordingApp.StartAsync(isGrpc: false, AppLists.Http(("red", "b-bulk", "/red", false), ("mem", "b-bulk", "/mem", false)), cancellationToken);
        var setup = MessagingYaml.Setup("b-bulkpub", folder.Path, MessagingYaml.Components(cases[0].Yaml, redis.Port), app: app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        using var connection = await MessagingRedis.ConnectAsync(redis);
        await connection.GetDatabase().StringSetAsync("b-wrongtype", "a string");
        var watch = new MessagingWatch { Http = app, Redis = connection.GetDatabase(), InAnyOrder = true };
        foreach (var one in cases)
        {
            await watch.BeginAsync(one);
            told(one, await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(one), cancellationToken));
        }
    }
}
