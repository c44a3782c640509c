using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>How the recorder went about the cases that are more than one dialogue; their recordings tell only what came of it.</summary>
internal static class StreamScenes
{
    public static IReadOnlyDictionary<string, Func<StreamScene, Task>> All { get; } = new Dictionary<string, Func<StreamScene, Task>>(StringComparer.Ordinal)
    {
        ["pubsub/stream/setup"] = scene => scene.PlayAsync(0),
        ["pubsub/stream/errors/duplicate-initial"] = DuplicateInitialAsync,
        ["pubsub/stream/basic"] = BasicAsync,
        ["pubsub/stream/out-of-order-acks/mem"] = scene => InFlightAsync(scene, "mem", 1),
        ["pubsub/stream/out-of-order-acks/red"] = scene => InFlightAsync(scene, "red", 10),
        ["pubsub/stream/order-1000/mem"] = scene => OrderAsync(scene, "mem", 1_000, together: false),
        ["pubsub/stream/order-1000/red"] = scene => OrderAsync(scene, "red", 1_000, together: false),
        ["pubsub/stream/order-200-concurrent/mem"] = scene => OrderAsync(scene, "mem", 200, together: true),
        ["pubsub/stream/order-200-concurrent/red"] = scene => OrderAsync(scene, "red", 200, together: true),
        ["pubsub/stream/missing-ack/in-memory"] = MissingAckAsync,
        ["pubsub/stream/missing-ack/with-timeout-policy"] = LateAckAsync,
        ["pubsub/stream/same-id-twice-in-flight"] = SameIdAsync,
        ["pubsub/stream/two-streams-same-topic/mem"] = TwoInMemoryAsync,
        ["pubsub/stream/two-streams-same-topic/red"] = scene => TwoOnRedisAsync(scene, "red"),
        ["pubsub/stream/two-streams-same-topic/redto"] = scene => TwoOnRedisAsync(scene, "redto"),
        ["pubsub/stream/two-streams-first-ends/in-memory"] = FirstEndsAsync,
        ["pubsub/stream/two-streams-second-ends/in-memory"] = SecondEndsAsync,
        ["pubsub/stream/close-with-pending/mem"] = ClosedInMemoryAsync,
        ["pubsub/stream/close-with-pending/red"] = ClosedOnRedisAsync,
        ["pubsub/stream/close-with-pending/redshort"] = RedeliveredAsync,
        ["pubsub/stream/half-close-with-pending"] = HalfClosedAsync,
        ["pubsub/stream/not-json"] = NotJsonAsync,
        ["pubsub/stream/expired-with-dlq"] = ExpiredAsync,
        ["pubsub/stream/bulk-publish"] = BulkPublishAsync,
        ["pubsub/stream/wildcards-in-memory"] = WildcardsAsync,
        ["pubsub/stream/reopen-after-end/red"] = scene => ReopenedAsync(scene, "red"),
        ["pubsub/stream/reopen-after-end/redto"] = scene => ReopenedAsync(scene, "redto"),
        ["pubsub/redis/pool-exhaustion"] = PoolAsync,
        ["pubsub/redis/stream-contents"] = ContentsAsync,
        ["pubsub/redis/late-subscriber-history"] = HistoryAsync,
        ["pubsub/redis/foreign-entries"] = ForeignAsync,
    };

    private static async Task DuplicateInitialAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await stream.OpenAgainAsync(scene.Cancellation);
        scene.Compare(0, stream);
        await scene.PlayAsync(1);
    }

    private static async Task BasicAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await scene.PublishAsync("mem", "b-s0", "ba1", """{"a":1}""");
        await stream.DrainAsync(1, scene.Cancellation);
        await scene.PlayAsync(0, 1);
        await stream.HalfCloseAsync();
        scene.Compare(0, stream);
        await scene.PlayAsync(3);
    }

    private static async Task InFlightAsync(StreamScene scene, string pubSub, int atOnce)
    {
        await using var stream = await scene.OpenNextAsync();
        for (var i = 1; i <= 14; i++)
        {
            await scene.PublishAsync(pubSub, $"b-ooo-{pubSub}", $"o{i}");
        }

        List<string> held = [];
        while (await stream.NextAsync(scene.Cancellation, held.Count < atOnce ? 5 : 0.4) is { } id)
        {
            held.Add(id);
        }

        scene.Result("deliveredBeforeAnyAck", held.Count);
        foreach (var id in Enumerable.Reverse(held))
        {
            await stream.AcknowledgeAsync(id, scene.Cancellation);
        }

        await stream.DrainAsync(14 - held.Count, scene.Cancellation);
        await stream.CancelAsync();
        scene.Comparison.Compare("delivered", 14, stream.Ids.Distinct(StringComparer.Ordinal).Count());
        if (pubSub == "mem")
        {
            // On redis the turns depend on which of the workers was first.
            scene.Compare(0, stream, inAnyOrder: true);
        }
    }

    private static async Task OrderAsync(StreamScene scene, string pubSub, int count, bool together)
    {
        var topic = $"b-order-{count}-{pubSub}";
        await using var stream = await scene.OpenAsync(pubSub, topic);
        var draining = stream.DrainAsync(count, scene.Cancellation);
        if (together)
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(i => scene.PublishAsync(pubSub, topic, $"{i}")));
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                await scene.PublishAsync(pubSub, topic, $"{i}");
            }
        }

        await draining;
        scene.Comparison.Compare("received", count, stream.Ids.Distinct(StringComparer.Ordinal).Count());
        if (pubSub == "mem" && !together)
        {
            scene.Comparison.Compare("order", true, stream.Ids.SequenceEqual(Enumerable.Range(0, count).Select(i => $"{i}")));
        }
    }

    private static async Task MissingAckAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        for (var i = 1; i <= 3; i++)
        {
            await scene.PublishAsync("mem", "b-ma", $"m{i}");
        }

        var first = await stream.NextAsync(scene.Cancellation);
        scene.Comparison.Compare("heldBack", true, await stream.NextAsync(scene.Cancellation, 0.5) is null);
        await stream.AcknowledgeAsync(first!, scene.Cancellation);
        await stream.DrainAsync(2, scene.Cancellation);
        await stream.CancelAsync();
        scene.Compare(0, stream);
    }

    private static async Task LateAckAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await using var letters = await scene.OpenNextAsync();
        await scene.PublishAsync("memt", "b-mt", "mt1");
        await stream.NextAsync(scene.Cancellation);
        await letters.DrainAsync(1, scene.Cancellation);
        await stream.AcknowledgeAsync("mt1", scene.Cancellation);
        await scene.PublishAsync("memt", "b-mt", "mt2");
        await stream.DrainAsync(1, scene.Cancellation);
        await stream.CancelAsync();
        await scene.WaitAsync(400);
        await letters.CancelAsync();
        scene.Compare(0, stream);
        scene.Compare(1, letters);
    }

    private static async Task SameIdAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await scene.PublishAsync("red", "b-dup", "same", "1");
        await scene.PublishAsync("red", "b-dup", "same", "2");
        await stream.NextAsync(scene.Cancellation);
        await stream.NextAsync(scene.Cancellation);
        for (var i = 0; i < 2; i++)
        {
            await stream.AcknowledgeAsync("same", scene.Cancellation);
            await scene.WaitAsync(100);
            scene.Comparison.Compare($"steps[{i}].value[0]", scene.Recorded.Steps[i]["value"]![0], await scene.PendingAsync("b-dup"));
        }

        await stream.CancelAsync();
        scene.Compare(0, stream, inAnyOrder: true);
    }

    private static async Task TwoInMemoryAsync(StreamScene scene)
    {
        await using var first = await scene.OpenAsync("mem", "b-multi-mem");
        await using var second = await scene.OpenAsync("mem", "b-multi-mem");
        await scene.PlayAsync(0);
        for (var i = 0; i < 10; i++)
        {
            await scene.PublishAsync("mem", "b-multi-mem", $"x{i}");
        }

        await first.DrainAsync(10, scene.Cancellation);
        await second.DrainAsync(10, scene.Cancellation);
        var phase = scene.Recorded.Json["result"]!["phase1"]!;
        scene.Comparison.Compare("phase1", phase, new JsonArray(MessagingLists.Of(first.Ids), MessagingLists.Of(second.Ids)));
        await first.CancelAsync();
        await scene.PublishAsync("mem", "b-multi-mem", "x10");
        await second.DrainAsync(1, scene.Cancellation);
        scene.Comparison.Compare("afterFirstEnded", "x10", second.Ids[^1]);
    }

    private static async Task TwoOnRedisAsync(StreamScene scene, string pubSub)
    {
        var topic = $"b-r2multi{pubSub}";
        await using var first = await scene.OpenAsync(pubSub, topic);
        await using var second = await scene.OpenAsync(pubSub, topic);
        for (var i = 0; i < 10; i++)
        {
            await scene.PublishAsync(pubSub, topic, $"x{i}");
        }

        await Task.WhenAll(first.DrainAsync(scene.Cancellation), second.DrainAsync(scene.Cancellation));
        scene.Comparison.Compare("shared", 10, first.Ids.Concat(second.Ids).Distinct(StringComparer.Ordinal).Count());
        await first.CancelAsync();
        await scene.WaitAsync(100);
        second.Ids.Clear();
        for (var i = 10; i < 16; i++)
        {
            await scene.PublishAsync(pubSub, topic, $"x{i}");
        }

        await second.DrainAsync(scene.Cancellation);
        scene.Result("phase2AfterFirstStreamEnded", MessagingLists.Of(second.Ids.Order(StringComparer.Ordinal)));
    }

    private static async Task FirstEndsAsync(StreamScene scene)
    {
        await using var first = await scene.OpenAsync("mem", "b-first");
        await using var second = await scene.OpenAsync("mem", "b-first");
        await scene.PublishAsync("mem", "b-first", "a");
        await first.DrainAsync(1, scene.Cancellation);
        await second.DrainAsync(1, scene.Cancellation);
        scene.Result("before", new JsonArray(first.Ids.Count, second.Ids.Count));
        await first.CancelAsync();
        await scene.PublishAsync("mem", "b-first", "b");
        await second.DrainAsync(scene.Cancellation);
        scene.Result("secondStreamAfterFirstEnded", MessagingLists.Of(second.Ids));
        await using var third = await scene.OpenAsync("mem", "b-first");
        await scene.PublishAsync("mem", "b-first", "d");
        await Task.WhenAll(second.DrainAsync(scene.Cancellation), third.DrainAsync(scene.Cancellation));
        scene.Result("thirdStreamOpenedLater", MessagingLists.Of(third.Ids));
        scene.Result("secondStreamThen", MessagingLists.Of(second.Ids));
        await second.CancelAsync();
        await scene.PublishAsync("mem", "b-first", "e");
        await third.DrainAsync(scene.Cancellation);
        scene.Result("thirdAfterSecondEnded", MessagingLists.Of(third.Ids));
    }

    private static async Task SecondEndsAsync(StreamScene scene)
    {
        await using var first = await scene.OpenAsync("mem", "b-second");
        await using var second = await scene.OpenAsync("mem", "b-second");
        await second.CancelAsync();
        await scene.PublishAsync("mem", "b-second", "b");
        await first.DrainAsync(scene.Cancellation);
        scene.Result("firstStreamAfterSecondEnded", MessagingLists.Of(first.Ids));
    }

    private static async Task ClosedInMemoryAsync(StreamScene scene)
    {
        await using var first = await scene.OpenNextAsync();
        await scene.PublishAsync("mem", "b-pend-mem", "p1");
        await first.NextAsync(scene.Cancellation);
        await first.CancelAsync();
        await scene.WaitAsync(100);
        await using var second = await scene.OpenNextAsync();
        await scene.PublishAsync("mem", "b-pend-mem", "p2");
        await second.DrainAsync(scene.Cancellation);
        await second.CancelAsync();
        scene.Compare(0, first);
        scene.Compare(1, second);
    }

    private static async Task ClosedOnRedisAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await scene.PublishAsync("red", "b-r2pend", "p1");
        await stream.NextAsync(scene.Cancellation);
        await stream.CancelAsync();
        await scene.WaitAsync(100);
        scene.Compare(0, stream);
        scene.Comparison.Compare("pending", 1, await scene.PendingAsync("b-r2pend"));
    }

    private static async Task RedeliveredAsync(StreamScene scene)
    {
        await using var first = await scene.OpenNextAsync();
        await scene.PublishAsync("redshort", "b-pend-redshort", "p1");
        await first.NextAsync(scene.Cancellation);
        await first.CancelAsync();
        await scene.WaitAsync(100);
        scene.Comparison.Compare("steps[1].value[0]", 1, await scene.PendingAsync("b-pend-redshort", "b-short"));
        await using var second = await scene.OpenNextAsync();
        await second.DrainAsync(1, scene.Cancellation);
        await scene.PublishAsync("redshort", "b-pend-redshort", "p2");
        await second.DrainAsync(1, scene.Cancellation);
        await second.CancelAsync();
        scene.Compare(0, first);
        scene.Compare(1, second);
        await scene.WaitAsync(300);
        scene.Comparison.Compare("steps[3].value[0]", 0, await scene.PendingAsync("b-pend-redshort", "b-short"));
    }

    private static async Task HalfClosedAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await scene.PublishAsync("mem", "b-hc", "h1");
        await stream.NextAsync(scene.Cancellation);
        await stream.HalfCloseAsync();
        scene.Compare(0, stream);
    }

    private static async Task NotJsonAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await using var letters = await scene.OpenNextAsync();
        await scene.SendAsync("mem/b-nj", "hello", "text/plain", "metadata.rawPayload=true");
        await letters.DrainAsync(scene.Cancellation);
        scene.Comparison.Compare("delivered", true, await stream.NextAsync(scene.Cancellation, 0.2) is null);
        await stream.CancelAsync();
        await letters.CancelAsync();
        scene.Compare(0, stream);
        scene.Compare(1, letters);
    }

    private static async Task ExpiredAsync(StreamScene scene)
    {
        const string Expired = """{"specversion":"1.0","id":"z","source":"rec","type":"t","datacontenttype":"application/json","data":1,"expiration":"2020-01-01T00:00:00Z"}""";
        await using var stream = await scene.OpenNextAsync();
        await using var letters = await scene.OpenNextAsync();
        await scene.SendAsync("mem/b-ex", Expired, "application/cloudevents+json", "");
        await letters.DrainAsync(scene.Cancellation);
        scene.Comparison.Compare("delivered", true, await stream.NextAsync(scene.Cancellation, 0.1) is null);
        await stream.CancelAsync();
        await letters.CancelAsync();
        scene.Compare(0, stream);
        scene.Compare(1, letters);
    }

    private static async Task BulkPublishAsync(StreamScene scene)
    {
        await using var stream = await scene.OpenNextAsync();
        await scene.PlayAsync(0);
        await stream.DrainAsync(scene.Cancellation);
        await stream.CancelAsync();
        scene.Compare(0, stream, inAnyOrder: true);
    }

    private static async Task WildcardsAsync(StreamScene scene)
    {
        var streams = new List<ManualStream>();
        foreach (var step in scene.Recorded.Steps)
        {
            streams.Add(await scene.OpenAsync("mem", step["pattern"]!.GetValue<string>()));
        }

        foreach (var topic in (string[])["w", "w/a", "w/a/b", "w.a", "wx"])
        {
            await scene.PublishAsync("mem", topic, topic);
        }

        foreach (var (stream, i) in streams.Select((s, i) => (s, i)))
        {
            await stream.DrainAsync(scene.Cancellation, 0.1);
            var pattern = scene.Recorded.Steps[i]["pattern"]!.GetValue<string>();
            var events = stream.Dialogue.Select(t => t!["recv"]?["eventMessage"]).OfType<JsonObject>().Select(m => (JsonNode)new JsonObject
            {
                // The recorder wrote the pattern before the id, which it had made of the topic.
                ["id"] = $"{pattern}|{m["id"]}",
                ["topic"] = m["topic"]?.DeepClone(),
                ["extTopic"] = m["extensions"]!["topic"]!.DeepClone(),
            });
            scene.Comparison.Compare($"steps[{i}].events", scene.Recorded.Steps[i]["events"], new JsonArray([.. events]));
            await stream.DisposeAsync();
        }
    }

    private static async Task ReopenedAsync(StreamScene scene, string pubSub)
    {
        var topic = $"b-r2re-{pubSub}";
        await using var first = await scene.OpenAsync(pubSub, topic);
        await scene.PublishAsync(pubSub, topic, "m1");
        await first.DrainAsync(1, scene.Cancellation);
        scene.Result("first", MessagingLists.Of(first.Ids));
        await first.CancelAsync();
        await scene.WaitAsync(100);
        await using var second = await scene.OpenAsync(pubSub, topic);
        for (var i = 2; i <= 6; i++)
        {
            await scene.PublishAsync(pubSub, topic, $"m{i}");
        }

        await second.DrainAsync(scene.Cancellation);
        scene.Result("second", MessagingLists.Of(second.Ids.Order(StringComparer.Ordinal)));
    }

    private static async Task PoolAsync(StreamScene scene)
    {
        var streams = new List<ManualStream>();
        for (var i = 0; i < 4; i++)
        {
            streams.Add(await scene.OpenNextAsync());
        }

        await scene.PlayAsync(0, scene.Recorded.Steps.Count - 1);
        foreach (var (stream, i) in streams.Select((s, i) => (s, i)))
        {
            await stream.CancelAsync();
            scene.Compare(i, stream);
            await stream.DisposeAsync();
        }
    }

    private static async Task ContentsAsync(StreamScene scene)
    {
        const string Topic = "b-r2x";
        await using var stream = await scene.OpenAsync("red", Topic);
        await scene.SendAsync($"red/{Topic}", """{"a":1}""", "application/json", "metadata.cloudevent.id=ok&metadata.k=v");
        await scene.SendAsync($"red/{Topic}", "hi", "text/plain", "metadata.cloudevent.id=bad");
        await scene.Sidecar.Grpc.CallAsync(
            JsonNode.Parse($$$"""{"rpc":"dapr.proto.runtime.v1.Dapr/PublishEvent","message":{"pubsubName":"red","topic":"{{{Topic}}}","data":"aGk=","dataContentType":"text/plain"},"response":{}}""")!.AsObject(), scene.Cancellation);
        await stream.DrainAsync(scene.Cancellation);
        var entries = await MessagingRedis.EntriesAsync(scene.Redis, Topic);
        var recorded = scene.Recorded.Steps[0]["value"]!.AsArray().Select(e => MessagingRedis.Fields([.. e![1]!.AsArray().Select(f => f!.GetValue<string>())]));
        scene.Comparison.Compare("entries", Generated.Mask(new JsonArray([.. recorded]), ""), Generated.Mask(entries, ""));
        var groups = MessagingRedis.Map(((StackExchange.Redis.RedisResult[])await scene.Redis.ExecuteAsync("XINFO", "GROUPS", Topic))[0]);
        foreach (var name in (string[])["name", "consumers", "pending", "entries-read", "lag"])
        {
            scene.Comparison.Compare($"groups.{name}", scene.Recorded.Steps[2]["value"]![0]![name], groups[name]?.DeepClone());
        }
    }

    private static async Task HistoryAsync(StreamScene scene)
    {
        await scene.PublishAsync("red", "b-r2hist", "old1");
        await scene.PublishAsync("red", "b-r2hist", "old2");
        await using var stream = await scene.OpenNextAsync();
        await stream.DrainAsync(2, scene.Cancellation);
        stream.Dialogue.Add(new JsonObject { ["cancel"] = true });
        scene.Compare(0, stream, inAnyOrder: true);
    }

    private static async Task ForeignAsync(StreamScene scene)
    {
        const string Topic = "b-r2foreign";
        await using var stream = await scene.OpenNextAsync();
        await scene.Redis.ExecuteAsync("XADD", Topic, "*", "other", "y");
        await scene.Redis.ExecuteAsync("XADD", Topic, "*", "data", "plain");
        await scene.Redis.ExecuteAsync("XADD", Topic, "*", "data", "x", "extra", "y");
        await scene.Redis.ExecuteAsync("XADD", Topic, "*", "data", "x", "metadata", "{bad");
        await stream.DrainAsync(4, scene.Cancellation);
        await stream.CancelAsync();
        scene.Compare(0, stream, inAnyOrder: true);
    }
}
