using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What an application answers to a batch of events and what comes of it. Each case has a topic of its own, so they run side by side.</summary>
/// <param name="flavour">The segment of the names: http, grpc, or gRPC with an application that only knows the older method.</param>
internal sealed class BulkSubscribePart(string flavour) : IReplayPart
{
    private const string Older = "grpc-alpha-fallback";
    private const string OlderMethod = "OnBulkTopicEventAlpha1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Longer than a batch is collected and a retry waits: what has not come by then does not come.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly bool _isGrpc = flavour != "http";

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith($"pubsub/bulk-subscribe/{flavour}/", StringComparison.Ordinal) && recorded.Name.Split('/').Length == 6
        && (recorded.Component == "pubsub.in-memory" || TestRedis.IsInstalled);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = cases.Any(c => PubSubOf(c) == "red") ? await TestRedis.StartAsync() : null;
        var byTopic = cases.ToDictionary(TopicOf, StringComparer.Ordinal);
        var list = new JsonArray([.. cases.Select(Subscription), .. cases.Where(HasDeadLetters).Select(DeadLetters).DistinctBy(d => d.ToJsonString())]);
        await using var app = await RecordingApp.StartAsync(_isGrpc, Answer, cancellationToken);
        var components = MessagingYaml.InMemory("mem", "memp") + (redis is null ? "" : "---\n" + MessagingYaml.Redis("red", redis.Port));
        await using var sidecar = await ReplaySidecar.StartAsync(MessagingYaml.Setup(_isGrpc ? "b-bulkg" : "b-bulksub", folder.Path, components, MessagingYaml.Retry("memp", "100ms", 2), app), cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        foreach (var one in cases)
        {
            await PublishAsync(sidecar, one, cancellationToken);
            if (PubSubOf(one) == "red")
            {
                // The workers of the component are shared: events of other topics would keep those of this one out of its batch.
                await MessagingWaits.UntilAsync(() => HasAll(one), Patience, cancellationToken);
            }
        }

        await MessagingWaits.UntilAsync(() => cases.All(HasAll), Patience, cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        foreach (var one in cases)
        {
            told(one, Compare(one, CallsOf(app, one)));
        }

        bool HasAll(RecordedCase one) => CallsOf(app, one).Length >= CallsIn(one).Count + one.Steps.Sum(s => s["deadLettered"]?.AsArray().Count ?? 0);

        AppReply Answer(AppCall call) => call.Path switch
        {
            "/dapr/subscribe" => new AppReply { Body = list.ToJsonString() },
            "ListTopicSubscriptions" => new AppReply { Body = new JsonObject { ["subscriptions"] = list.DeepClone() }.ToJsonString() },
            _ when call.Body["entries"] is JsonArray entries && byTopic.TryGetValue(call.Body["topic"]!.GetValue<string>(), out var one) => AnswerTo(call, entries, one),
            _ => AppReply.Ok,
        };
    }

    private AppReply AnswerTo(AppCall call, JsonArray entries, RecordedCase recorded)
    {
        if (flavour == Older && call.Request["rpc"]!.GetValue<string>().EndsWith(OlderMethod, StringComparison.Ordinal))
        {
            // What this method answered was not recorded; the names of the cases tell it.
            var status = recorded.Name.EndsWith("first-retry", StringComparison.Ordinal) ? "RETRY" : "SUCCESS";
            return new AppReply { Body = new JsonObject { ["statuses"] = new JsonArray(new JsonObject { ["entryId"] = entries[0]!["entryId"]!.DeepClone(), ["status"] = status }) }.ToJsonString() };
        }

        var answered = recorded.Steps.First(s => s["answered"] is not null)["answered"]!.DeepClone();
        var at = 0;
        foreach (var status in ((answered["body"] ?? answered["message"]) as JsonObject)?["statuses"]?.AsArray() ?? [])
        {
            if (status!["entryId"]!.GetValue<string>() != "zzz" && at < entries.Count)
            {
                status["entryId"] = entries[at++]!["entryId"]!.DeepClone();
            }
        }

        return AppReply.From(answered);
    }

    private JsonObject Subscription(RecordedCase recorded)
    {
        var entry = new JsonObject
        {
            [_isGrpc ? "pubsubName" : "pubsubname"] = PubSubOf(recorded),
            ["topic"] = TopicOf(recorded),
            ["routes"] = new JsonObject { ["default"] = PathOf(recorded) },
            // On redis three events make a batch: they must have come before the wait is over, also on a busy machine.
            ["bulkSubscribe"] = new JsonObject { ["enabled"] = true, ["maxMessagesCount"] = 4, ["maxAwaitDurationMs"] = PubSubOf(recorded) == "red" ? 700 : 150 },
        };
        if (HasDeadLetters(recorded))
        {
            entry["deadLetterTopic"] = DeadLetterTopic(recorded);
        }

        return entry;
    }

    private JsonObject DeadLetters(RecordedCase recorded) => new()
    {
        [_isGrpc ? "pubsubName" : "pubsubname"] = PubSubOf(recorded),
        ["topic"] = DeadLetterTopic(recorded),
        ["routes"] = new JsonObject { ["default"] = "/q" },
    };

    private string DeadLetterTopic(RecordedCase recorded) => _isGrpc ? $"bg-q-{PubSubOf(recorded)}" : $"{TopicOf(recorded)}-q";

    private string TopicOf(RecordedCase recorded) => $"{(_isGrpc ? "bg" : "bb")}-{PubSubOf(recorded)}-{(HasDeadLetters(recorded) ? "d" : "n")}-{KindOf(recorded)}";

    private string PathOf(RecordedCase recorded) => (_isGrpc ? "/" : "/m/") + KindOf(recorded);

    private static string PubSubOf(RecordedCase recorded) => recorded.Name.Split('/')[3];

    private static bool HasDeadLetters(RecordedCase recorded) => recorded.Name.Split('/')[4] == "dlq";

    private static string KindOf(RecordedCase recorded) => recorded.Name.Split('/')[5];

    private static JsonArray CallsIn(RecordedCase recorded) => recorded.Steps.First(s => s["calls"] is not null)["calls"]!.AsArray();

    /// <summary>The events in the order in which daprd brought them: it publishes those of a bulk publish side by side.</summary>
    private static IEnumerable<string> IdsIn(RecordedCase recorded) =>
        CallsIn(recorded).SelectMany(c => (c!["eventIds"] ?? c["ids"])!.AsArray().Select(i => i!.GetValue<string>())).Distinct(StringComparer.Ordinal);

    private async Task PublishAsync(ReplaySidecar sidecar, RecordedCase recorded, CancellationToken cancellationToken)
    {
        var entries = new JsonArray();
        foreach (var id in IdsIn(recorded))
        {
            // The recorder counted from 0 over HTTP only.
            var metadata = new JsonObject { ["cloudevent.id"] = id };
            if (!_isGrpc)
            {
                metadata["cloudevent.type"] = "t";
                metadata["foo"] = "bar";
            }

            var number = int.Parse(id, System.Globalization.CultureInfo.InvariantCulture) - (_isGrpc ? 0 : 1);
            entries.Add(new JsonObject { ["entryId"] = id, ["event"] = new JsonObject { ["i"] = number }, ["contentType"] = "application/json", ["metadata"] = metadata });
        }

        using var content = new StringContent(entries.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/bulk/{PubSubOf(recorded)}/{TopicOf(recorded)}", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Those of its topic, and those from its topic's dead letters.</summary>
    private AppCall[] CallsOf(RecordingApp app, RecordedCase recorded)
    {
        var topic = TopicOf(recorded);
        return [.. app.Calls.Where(c => (c.Path == "/q" ? c.Body["extensions"]?["topic"] ?? c.Body["topic"] : c.Body["topic"])?.GetValue<string>() == topic)];
    }

    private List<Difference> Compare(RecordedCase recorded, AppCall[] calls)
    {
        var comparison = new Comparison(recorded);
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            if (step["request"] is JsonObject request)
            {
                comparison.Compare($"steps[{i}].request", Sorted(AppCalls.Contract(request, "")), calls.Length > 0 ? Sorted(AppCalls.Contract(calls[0].Request, "")) : null);
            }
            else if (step["entries"] is JsonArray entries)
            {
                comparison.Compare($"steps[{i}].entries", InOrder(entries), calls.Length > 0 ? InOrder(Ids(calls[0])) : null);
            }

            if (step["calls"] is JsonArray expected)
            {
                // The dead letters of several topics come one after the other: only which ones is compared.
                var dead = expected.Where(IsDead).SelectMany(c => c!["ids"]!.AsArray()).Concat(step["deadLettered"]?.AsArray() ?? []);
                comparison.Compare($"steps[{i}].calls", new JsonArray([.. expected.Where(c => !IsDead(c)).Select(c => Brief(c!))]), new JsonArray([.. calls.Where(c => c.Path != "/q").Select(Brief)]));
                comparison.Compare($"steps[{i}].deadLettered", InOrder(dead), InOrder(calls.Where(c => c.Path == "/q").Select(c => (JsonNode)c.EventIds[0])));
            }
        }

        return comparison.Differences;
    }

    private static JsonArray Ids(AppCall call) => new([.. call.EventIds.Select(i => (JsonNode)i)]);

    private static bool IsDead(JsonNode? call) => call!["path"]?.GetValue<string>() == "/q";

    private static JsonArray InOrder(IEnumerable<JsonNode?> ids) => new([.. ids.Select(i => i!.GetValue<string>()).Order(StringComparer.Ordinal).Select(i => (JsonNode)i)]);

    private static JsonObject Brief(JsonNode call)
    {
        var brief = new JsonObject { ["ids"] = InOrder((call["eventIds"] ?? call["ids"])!.AsArray()) };
        if (call["rpc"] is JsonValue rpc)
        {
            brief["rpc"] = rpc.GetValue<string>();
            brief["path"] = call["path"]!.GetValue<string>();
        }

        return brief;
    }

    private JsonNode Brief(AppCall call)
    {
        var brief = new JsonObject { ["ids"] = InOrder(Ids(call)) };
        if (_isGrpc)
        {
            brief["rpc"] = call.Request["rpc"]!.GetValue<string>().Split('/')[1];
            brief["path"] = call.Path;
        }

        return brief;
    }

    /// <summary>The workers of redis bring messages in any order.</summary>
    private static JsonNode? Sorted(JsonNode? request)
    {
        if ((request?["body"] ?? request?["message"])?["entries"] is JsonArray { Count: > 1 } entries)
        {
            var inOrder = entries.OrderBy(e => e!["metadata"]!["cloudevent.id"]!.GetValue<string>(), StringComparer.Ordinal).Select(e => e!.DeepClone()).ToArray();
            entries.Clear();
            foreach (var entry in inOrder)
            {
                entries.Add(entry);
            }
        }

        return request;
    }
}
