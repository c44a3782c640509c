using System.Globalization;
using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>How the recorder went about brokers that fail and sidecars that end (pubsub/faults).</summary>
internal static class FaultScenes
{
    public static IReadOnlyDictionary<string, Func<FaultScene, Task>> All { get; } = new Dictionary<string, Func<FaultScene, Task>>(StringComparer.Ordinal)
    {
        ["pubsub/faults/broker-down-at-start"] = NoBrokerAsync,
        ["pubsub/faults/broker-down-at-start-ignoreErrors"] = NoBrokerIgnoredAsync,
        ["pubsub/faults/broker-restart"] = BrokerRestartAsync,
        ["pubsub/faults/broker-flushed"] = BrokerFlushedAsync,
        ["pubsub/faults/publish-outbound-retry"] = OutboundAsync,
        ["pubsub/faults/publish-outbound-circuit-breaker"] = OutboundAsync,
        ["pubsub/faults/redis-redelivery-after-kill"] = KilledAsync,
        ["pubsub/faults/redis-slow-handler-duplicate"] = SlowHandlerAsync,
        ["pubsub/faults/graceful-shutdown/mem/success-1500ms"] = scene => ShutdownAsync(scene, "mem", "success-1500ms"),
        ["pubsub/faults/graceful-shutdown/mem/fail-1000ms"] = scene => ShutdownAsync(scene, "mem", "fail-1000ms"),
        ["pubsub/faults/graceful-shutdown/mem/longer-than-grace-9s"] = scene => ShutdownAsync(scene, "mem", "longer-than-grace-9s"),
        ["pubsub/faults/graceful-shutdown/red/success-1500ms"] = scene => ShutdownAsync(scene, "red", "success-1500ms"),
        ["pubsub/faults/graceful-shutdown/red/fail-1000ms"] = scene => ShutdownAsync(scene, "red", "fail-1000ms"),
        ["pubsub/faults/graceful-shutdown/red/longer-than-grace-9s"] = scene => ShutdownAsync(scene, "red", "longer-than-grace-9s"),
        ["pubsub/faults/graceful-shutdown/red/queued-messages"] = QueuedAsync,
        ["pubsub/faults/graceful-shutdown/mem/grpc-app"] = GrpcShutdownAsync,
        ["pubsub/stream/daprd-stop"] = StreamStopAsync,
        ["pubsub/stream/daprd-stop-never-acked"] = StreamNeverAcknowledgedAsync,
    };

    private static Func<AppCall, AppReply> Subscribes(AppReply toEvents, params (string PubSub, string Topic, string? Letters)[] topics)
    {
        var list = new JsonArray();
        foreach (var (pubSub, topic, letters) in topics)
        {
            var entry = new JsonObject { ["pubsubname"] = pubSub, ["topic"] = topic, ["route"] = "/t" };
            if (letters is not null)
            {
                entry["deadLetterTopic"] = letters;
            }

            list.Add(entry);
        }

        return call => call.Path switch
        {
            "/dapr/subscribe" => new AppReply { Body = list.ToJsonString() },
            "/dapr/config" => new AppReply { Status = 404 },
            _ => toEvents,
        };
    }

    private static async Task NoBrokerAsync(FaultScene scene)
    {
        await scene.Redis.KillAsync();
        await using var process = TestProcess.Start("OpsMesh.Sidecar", new Dictionary<string, string>(), ReplaySidecar.Arguments(scene.Setup("b-f0", null), TestPorts.Next(), TestPorts.Next()));
        scene.Comparison.Compare("steps[0].exited.code", scene.Recorded.Steps[0]["exited"]!["code"], await process.EndAsync(scene.Cancellation));
    }

    private static async Task NoBrokerIgnoredAsync(FaultScene scene)
    {
        await scene.Redis.KillAsync();
        await using var sidecar = await ReplaySidecar.StartAsync(scene.Setup("b-f0", null), scene.Cancellation);
        await MessagingWaits.UntilReadyAsync(sidecar, scene.Cancellation);
        await scene.PlayAsync(sidecar, 0, 1, 2, 3);
        await scene.Redis.RestartAsync();
        await scene.PlayAsync(sidecar, 4);
    }

    private static async Task BrokerRestartAsync(FaultScene scene)
    {
        await using var app = await RecordingApp.StartAsync(isGrpc: false, Subscribes(AppReply.Ok, ("red", "t", null)), scene.Cancellation);
        await using var sidecar = await ReplaySidecar.StartAsync(scene.Setup("b-f1", app), scene.Cancellation);
        await MessagingWaits.UntilReadyAsync(sidecar, scene.Cancellation);
        await using var stream = await OpenAsync("ts");
        await scene.PlayAsync(sidecar, 0);
        await scene.UntilAsync(() => FaultScene.Ids(app).Count > 0);
        await scene.Redis.KillAsync();
        await scene.PlayAsync(sidecar, 1, 2, 3, 4);
        await using (var late = await OpenAsync("ts2"))
        {
            await late.EndAsync();
            CompareDialogue(scene, 6, late);
        }

        await scene.Redis.RestartAsync();
        while (!await PublishesAsync(sidecar, "after"))
        {
            await scene.WaitAsync(50);
        }

        await scene.UntilAsync(() => FaultScene.Ids(app).Count > 1);
        await scene.PlayAsync(sidecar, 9);
        await stream.DrainAsync(1, scene.Cancellation);
        CompareDialogue(scene, 10, stream);
        scene.Compare(11, "ids", FaultScene.Ids(app));

        Task<ManualStream> OpenAsync(string topic) => ManualStream.OpenAsync(sidecar, new JsonObject { ["pubsubName"] = "red", ["topic"] = topic }, scene.Cancellation);
    }

    private static async Task<bool> PublishesAsync(ReplaySidecar sidecar, string id)
    {
        using var content = new StringContent("1", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/red/t?metadata.cloudevent.id={id}", UriKind.Relative), content);
        return answer.IsSuccessStatusCode;
    }

    private static async Task BrokerFlushedAsync(FaultScene scene)
    {
        await using var app = await RecordingApp.StartAsync(isGrpc: false, Subscribes(AppReply.Ok, ("red", "t", null)), scene.Cancellation);
        await using var sidecar = await ReplaySidecar.StartAsync(scene.Setup("b-f1", app), scene.Cancellation);
        await MessagingWaits.UntilReadyAsync(sidecar, scene.Cancellation);
        await scene.ExecuteAsync("FLUSHALL");
        await scene.PlayAsync(sidecar, 0, 1, 2);
        await scene.UntilAsync(() => FaultScene.Ids(app).Count >= 3);
        await scene.WaitAsync(200);
        // Several workers bring them in any order.
        scene.Compare(3, "ids", MessagingLists.Of(FaultScene.Ids(app).Select(i => i!.GetValue<string>()).Order(StringComparer.Ordinal)));
        var group = await scene.GroupAsync("t");
        foreach (var name in (string[])["name", "consumers", "pending", "entries-read", "lag"])
        {
            scene.Comparison.Compare($"steps[5].value[0].{name}", scene.Recorded.Steps[5]["value"]![0]![name], group[name]?.DeepClone());
        }
    }

    private static async Task OutboundAsync(FaultScene scene)
    {
        await scene.ExecuteAsync("SET", "wrong", "a string");
        await using var sidecar = await ReplaySidecar.StartAsync(scene.Setup("b-f2", null), scene.Cancellation);
        await scene.PlayAsync(sidecar, [.. Enumerable.Range(0, scene.Recorded.Steps.Count)]);
    }

    private static async Task KilledAsync(FaultScene scene)
    {
        // The first application never answers: its sidecar is killed before.
        await using var first = await RecordingApp.StartAsync(isGrpc: false, Subscribes(new AppReply { Delay = TimeSpan.FromSeconds(60) }, ("red", "rk", null)), scene.Cancellation);
        var yaml = MessagingYaml.Redis("red", scene.Redis.Port, ("processingTimeout", "2s"), ("redeliverInterval", "500"));
        await using (var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-f3", first, yaml), scene.Cancellation))
        {
            await scene.PlayAsync(sidecar, 0, 1);
            await scene.UntilAsync(() => FaultScene.Ids(first).Count >= 2);
            await sidecar.Process!.KillAsync(scene.Cancellation);
        }

        scene.Compare(2, "ids", MessagingLists.Of(FaultScene.Ids(first).Select(i => i!.GetValue<string>()).Order(StringComparer.Ordinal)));
        scene.Comparison.Compare("steps[3].pending", 2, await scene.PendingAsync("rk", "b-f3"));
        await using var second = await RecordingApp.StartAsync(isGrpc: false, Subscribes(AppReply.Ok, ("red", "rk", null)), scene.Cancellation);
        await using var next = await ReplaySidecar.StartAsync(scene.Setup("b-f3", second, yaml), scene.Cancellation);
        await scene.UntilAsync(() => FaultScene.Ids(second).Count >= 2);
        await scene.WaitAsync(300);
        scene.Comparison.Compare("steps[4].ids", new JsonArray("k1", "k2"), MessagingLists.Of(FaultScene.Ids(second).Select(i => i!.GetValue<string>()).Order(StringComparer.Ordinal)));
        scene.Comparison.Compare("steps[5].value[0]", 0, await scene.PendingAsync("rk", "b-f3"));
    }

    private static async Task SlowHandlerAsync(FaultScene scene)
    {
        await using var app = await RecordingApp.StartAsync(isGrpc: false, Subscribes(new AppReply { Delay = TimeSpan.FromMilliseconds(2_500) }, ("red", "slow", null)), scene.Cancellation);
        var yaml = MessagingYaml.Redis("red", scene.Redis.Port, ("processingTimeout", "1s"), ("redeliverInterval", "300"));
        await using var sidecar = await ReplaySidecar.StartAsync(scene.Setup("b-f4", app, yaml), scene.Cancellation);
        await MessagingWaits.UntilReadyAsync(sidecar, scene.Cancellation);
        await scene.PlayAsync(sidecar, 0);
        await scene.UntilAsync(() => app.Finished >= 3);
        await scene.WaitAsync(500);
        scene.Comparison.Compare("attempts", true, FaultScene.Ids(app).Count >= 1);
        scene.Comparison.Compare("steps[2].value[0]", 0, await scene.PendingAsync("slow", "b-f4"));
    }

    private static async Task ShutdownAsync(FaultScene scene, string pubSub, string kind)
    {
        var (delay, status) = kind switch
        {
            "success-1500ms" => (1_500, 200),
            "fail-1000ms" => (1_000, 500),
            _ => (9_000, 200),
        };
        var topic = $"gs-{pubSub}-{kind}";
        await using var app = await RecordingApp.StartAsync(
            isGrpc: false, Subscribes(new AppReply { Delay = TimeSpan.FromMilliseconds(delay), Status = status }, (pubSub, topic, "gs-dead")), scene.Cancellation);
        await using var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-gs", app), scene.Cancellation);
        await scene.PlayAsync(sidecar, 0);
        await scene.UntilAsync(() => app.Calls.Any(c => c.Path == "/t"));
        await scene.WaitAsync(200);
        var exit = sidecar.Process!.StopAsync();
        await scene.WaitAsync(250);
        await scene.RefusedAsync(sidecar, 1);
        await scene.RefusedAsync(sidecar, 2);
        scene.Comparison.Compare("steps[3].exit.code", scene.Recorded.Steps[3]["exit"]!["code"], await exit);
        var events = app.Calls.Where(c => c.Path == "/t").Select(c => (JsonNode)new JsonObject { ["path"] = c.Path, ["id"] = c.EventIds[0] });
        var recorded = scene.Recorded.Steps[4]["deliveries"]!.AsArray().Select(d => (JsonNode)new JsonObject { ["path"] = d!["path"]!.DeepClone(), ["id"] = d["id"]!.DeepClone() });
        scene.Comparison.Compare("steps[4].deliveries", new JsonArray([.. recorded]), new JsonArray([.. events]));
        if (pubSub == "red")
        {
            var step = scene.Recorded.Steps[5];
            scene.Comparison.Compare("steps[5].value[0]", step["value"]![0], await scene.PendingAsync(topic, "b-gs"));
            scene.Compare(5, "xlen", await scene.LengthAsync(topic));
            scene.Compare(5, "dlqXlen", await scene.LengthAsync("gs-dead"));
        }
    }

    private static async Task QueuedAsync(FaultScene scene)
    {
        await using var app = await RecordingApp.StartAsync(
            isGrpc: false, Subscribes(new AppReply { Delay = TimeSpan.FromMilliseconds(3_000) }, ("red", "b-shq", "b-shq-dead")), scene.Cancellation);
        await using var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-shq", app), scene.Cancellation);
        await scene.PlayAsync(sidecar, 0, 1, 2, 3);
        await scene.UntilAsync(() => app.Calls.Any(c => c.Path == "/t"));
        await scene.WaitAsync(200);
        scene.Comparison.Compare("steps[4].exit.code", 0, await sidecar.Process!.StopAsync());
        scene.Compare(5, "ids", FaultScene.Ids(app));
        scene.Comparison.Compare("steps[6].value[0]", 3, await scene.PendingAsync("b-shq", "b-shq", 5));
        scene.Compare(6, "dlqXlen", await scene.LengthAsync("b-shq-dead", 5));
    }

    private static async Task GrpcShutdownAsync(FaultScene scene)
    {
        var list = """{"subscriptions":[{"pubsubName":"mem","topic":"t","routes":{"default":"/t"}}]}""";
        await using var app = await RecordingApp.StartAsync(
            isGrpc: true, call => call.Path == "ListTopicSubscriptions" ? new AppReply { Body = list } : new AppReply { Delay = TimeSpan.FromSeconds(1) }, scene.Cancellation);
        await using var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-gs", app), scene.Cancellation);
        await scene.PlayAsync(sidecar, 0);
        await scene.UntilAsync(() => app.Calls.Any(c => c.Path == "/t"));
        await scene.WaitAsync(100);
        var exit = sidecar.Process!.StopAsync();
        await scene.WaitAsync(250);
        await scene.RefusedAsync(sidecar, 1);
        scene.Comparison.Compare("steps[2].exit.code", 0, await exit);
        scene.Comparison.Compare("steps[3].events", 1, app.Calls.Count(c => c.Path == "/t"));
        scene.Comparison.Compare("steps[3].finished", true, app.Finished == app.Calls.Count);
    }

    private static async Task StreamStopAsync(FaultScene scene)
    {
        await using var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-str2", null), scene.Cancellation);
        await using var idle = await OpenAsync(scene, sidecar, 0);
        await using var busy = await OpenAsync(scene, sidecar, 1);
        await PublishAsync(scene, sidecar, "b-r2s5");
        await busy.NextAsync(scene.Cancellation);
        var exit = sidecar.Process!.StopAsync();
        await idle.EndAsync();
        await scene.WaitAsync(1_000);
        await busy.AcknowledgeAsync("z1", scene.Cancellation);
        await busy.EndAsync();
        CompareDialogue(scene, 0, idle);
        CompareDialogue(scene, 1, busy);
        scene.Comparison.Compare("steps[2].exit.code", scene.Recorded.Steps[2]["exit"]!["code"], await exit);
        scene.Comparison.Compare("steps[3].value[0]", 0, await scene.PendingAsync("b-r2s5", "b-str2", 5));
    }

    private static async Task StreamNeverAcknowledgedAsync(FaultScene scene)
    {
        await using (var sidecar = await ReplaySidecar.StartProcessAsync(scene.Setup("b-str2", null), scene.Cancellation))
        {
            await using var stream = await OpenAsync(scene, sidecar, 0);
            await PublishAsync(scene, sidecar, "b-r2s6");
            await stream.NextAsync(scene.Cancellation);
            var exit = sidecar.Process!.StopAsync();
            await stream.EndAsync();
            CompareDialogue(scene, 0, stream);
            scene.Comparison.Compare("steps[1].exit.code", scene.Recorded.Steps[1]["exit"]!["code"], await exit);
        }

        scene.Comparison.Compare("steps[2].value[0]", 1, await scene.PendingAsync("b-r2s6", "b-str2", 5));
        await using var second = await ReplaySidecar.StartAsync(scene.Setup("b-str2", null), scene.Cancellation);
        await using var again = await OpenAsync(scene, second, 3);
        await again.NextAsync(scene.Cancellation, 1.5);
        again.Dialogue.Add(new JsonObject { ["cancel"] = true });
        CompareDialogue(scene, 3, again);
    }

    private static Task<ManualStream> OpenAsync(FaultScene scene, ReplaySidecar sidecar, int step) =>
        ManualStream.OpenAsync(sidecar, scene.Recorded.Steps[step]["dialogue"]![0]!["send"]!["initialRequest"]!.AsObject(), scene.Cancellation);

    private static async Task PublishAsync(FaultScene scene, ReplaySidecar sidecar, string topic)
    {
        using var content = new StringContent("1", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/red/{topic}?metadata.cloudevent.id=z1", UriKind.Relative), content, scene.Cancellation);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Turn by turn, so that a text of a driver may end in other words.</summary>
    private static void CompareDialogue(FaultScene scene, int step, ManualStream stream)
    {
        var recorded = scene.Recorded.Steps[step]["dialogue"]!.AsArray().Select(Plain).ToArray();
        var here = stream.Dialogue.Select(Plain).ToArray();
        scene.Comparison.Compare($"steps[{step}].dialogue.length", recorded.Length, here.Length);
        for (var i = 0; i < Math.Min(recorded.Length, here.Length); i++)
        {
            scene.Comparison.Compare(string.Create(CultureInfo.InvariantCulture, $"steps[{step}].dialogue[{i}]"), recorded[i], here[i]);
        }

        static JsonNode? Plain(JsonNode? turn)
        {
            var copy = turn!.DeepClone().AsObject();
            copy.Remove("atMs");
            return Generated.Mask(copy, "");
        }
    }
}
