using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Bulk publish over redis and in memory.</summary>
internal sealed class BulkPublishPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => TestRedis.IsInstalled && recorded.File == "pubsub-publish"
        && (recorded.Name.StartsWith("pubsub/bulk-publish/", StringComparison.Ordinal) || recorded.Name == "pubsub/publish/http/broker-error");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync();
        await using var app = await RecordingApp.StartAsync(isGrpc: false, AppLists.Http(("red", "b-bulk", "/red", false), ("mem", "b-bulk", "/mem", false)), cancellationToken);
        var setup = MessagingYaml.Setup("b-bulkpub", folder.Path, MessagingYaml.Components(cases[0].Yaml, redis.Port), app: app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        var configuration = new ConfigurationOptions { DefaultDatabase = 5 };
        configuration.EndPoints.Add($"127.0.0.1:{redis.Port}");
        using var connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        await connection.GetDatabase().StringSetAsync("b-wrongtype", "a string");
        var watch = new MessagingWatch { Http = app, Redis = connection.GetDatabase(), InAnyOrder = true };
        foreach (var one in cases)
        {
            await watch.BeginAsync(one);
            told(one, await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(one), cancellationToken));
        }
    }
}
