using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What is published and how it arrives: at an HTTP application, a gRPC application, on a stream, and in redis.</summary>
internal sealed class PublishPart : IReplayPart
{
    private const string Asked = "pubsub/startup/http-and-grpc-app-ask-order";

    public bool Takes(RecordedCase recorded) => recorded.File == "pubsub-publish" && (recorded.Yaml == "bus-redis" || recorded.Name == Asked) && TestRedis.IsInstalled;

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = await TestRedis.StartAsync();
        var yaml = MessagingYaml.Components("bus-redis", redis.Port);
        await using var http = await RecordingApp.StartAsync(isGrpc: false, AppLists.Http(("bus", "b-env", "/ev", false), ("bus", "b-raw", "/raw", true)), cancellationToken);
        await using var grpc = await RecordingApp.StartAsync(isGrpc: true, AppLists.Grpc(("bus", "b-env", "/ev", false), ("bus", "b-raw", "/raw", true)), cancellationToken);
        await using var publisher = await ReplaySidecar.StartAsync(MessagingYaml.Setup("b-pub", folder.Path, yaml), cancellationToken);
        await using var ofHttp = await ReplaySidecar.StartAsync(MessagingYaml.Setup("b-http-sub", folder.Path, yaml, app: http), cancellationToken);
        await using var ofGrpc = await ReplaySidecar.StartAsync(MessagingYaml.Setup("b-grpc-sub", folder.Path, yaml, app: grpc), cancellationToken);
        await using var ofStream = await ReplaySidecar.StartAsync(MessagingYaml.Setup("b-stream-sub", folder.Path, yaml), cancellationToken);
        await using var events = await StreamReader.OpenAsync(ofStream, "bus", "b-env", raw: false, cancellationToken);
        await using var raw = await StreamReader.OpenAsync(ofStream, "bus", "b-raw", raw: true, cancellationToken);
        await MessagingWaits.UntilReadyAsync(ofHttp, cancellationToken);
        await MessagingWaits.UntilReadyAsync(ofGrpc, cancellationToken);
        using var connection = await MessagingRedis.ConnectAsync(redis);
        var watch = new MessagingWatch { Http = http, Grpc = grpc, Streams = [events, raw], Redis = connection.GetDatabase() };
        foreach (var one in cases)
        {
            await watch.BeginAsync(one, fromStart: one.Name == Asked);
            told(one, await new Replayer(_ => publisher, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(one), cancellationToken));
        }
    }
}
