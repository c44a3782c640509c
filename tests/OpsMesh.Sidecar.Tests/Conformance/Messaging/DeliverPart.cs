using System.Text.Json.Nodes;
using OpsMesh.Testing;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>
/// What an application answers to an event and what comes of it (pubsub/deliver). In memory each case has a topic of its own, so that
/// they run side by side; daprd was asked one after the other.
/// </summary>
internal sealed class DeliverPart(string protocol) : IReplayPart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Longer than a retry of the set-up's policy waits: what has not come by then does not come.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(700);

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith($"pubsub/deliver/{protocol}/", StringComparison.Ordinal) && (recorded.Name.Split('/').Length is 4 or 6)
        && (recorded.Component == "pubsub.in-memory" || TestRedis.IsInstalled);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> all, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        RecordedCase[] cases = [.. all.Where(c => c.Name.Split('/').Length == 6)];
        await using var redis = cases.Any(c => c.Component == "pubsub.redis") ? await TestRedis.StartAsync() : null;
        var byId = cases.ToDictionary(IdOf, StringComparer.Ordinal);
        var list = new JsonArray([.. cases.GroupBy(c => (c.Name.Split('/')[3], TopicOf(c))).Select(Subscription), .. DeadLetters(cases)]);
        await using var app = await RecordingApp.StartAsync(protocol == "grpc", Answer, cancellationToken);
        var setup = MessagingYaml.Setup($"b-del-{protocol}", folder.Path, MessagingYaml.Components("deliver-yaml", redis?.Port), Resiliency(cases), app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        foreach (var one in cases)
        {
            await PublishAsync(sidecar, one, cancellationToken);
        }

        await MessagingWaits.UntilAsync(() => cases.All(c => CallsOf(app, c).Length >= Expected(c)), Patience, cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        foreach (var one in cases)
        {
            told(one, Compare(one, CallsOf(app, one)));
        }

        foreach (var about in all.Except(cases))
        {
            told(about, await LookAsync(about, sidecar, redis, cancellationToken));
        }

        AppReply Answer(AppCall call)
        {
            if (call.Path is "/dapr/subscribe")
            {
                return new AppReply { Body = list.ToJsonString() };
            }

            if (call.Path == "ListTopicSubscriptions")
            {
                return new AppReply { Body = new JsonObject { ["subscriptions"] = list.DeepClone() }.ToJsonString() };
            }

            return call.EventIds is [var id] && byId.TryGetValue(id, out var one) && call.Path == PathOf(one)
                ? AppReply.From(one.Steps.First(s => s["do"]!.GetValue<string>() == "app-saw")["answered"])
                : AppReply.Ok;
        }
    }

    /// <summary>What is left in redis after all, and that the metadata can be read: the list in it depends on brokers that are not here.</summary>
    private static async Task<IReadOnlyList<Difference>> LookAsync(RecordedCase recorded, ReplaySidecar sidecar, TestRedis? redis, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        using var connection = redis is null ? null : await MessagingRedis.ConnectAsync(redis);
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            if (step["kind"]?.GetValue<string>().Split(' ') is [.., var topic] && connection?.GetDatabase() is { } database)
            {
                var group = step["groups"]![0]!;
                var here = MessagingRedis.Map(((RedisResult[])await database.ExecuteAsync("XINFO", "GROUPS", topic))[0]);
                comparison.Compare($"steps[{i}].xlen", step["xlen"], (long)await database.ExecuteAsync("XLEN", topic));
                foreach (var name in (string[])["name", "consumers", "pending", "entries-read", "lag"])
                {
                    comparison.Compare($"steps[{i}].groups[0].{name}", group[name], here[name]?.DeepClone());
                }
            }
            else if (step["response"] is { } response)
            {
                using var answer = await sidecar.Http.GetAsync(new Uri("v1.0/metadata", UriKind.Relative), cancellationToken);
                comparison.Compare($"steps[{i}].response.status", response["status"], (int)answer.StatusCode);
            }
        }

        return comparison.Differences;
    }

    private JsonNode Subscription(IGrouping<(string PubSub, string Topic), RecordedCase> cases)
    {
        var rules = cases.Select(c => new JsonObject { ["match"] = $"event.type == \"{Kind(c)}\"", ["path"] = PathOf(c) });
        var subscription = Entry(cases.Key.PubSub, cases.Key.Topic, new JsonObject { ["rules"] = new JsonArray([.. rules]) });
        if (HasDeadLetters(cases.First()))
        {
            subscription["deadLetterTopic"] = $"b{protocol}-{cases.Key.PubSub}-q";
        }

        return subscription;
    }

    private IEnumerable<JsonNode> DeadLetters(IReadOnlyList<RecordedCase> cases) =>
        cases.Select(c => c.Name.Split('/')[3]).Distinct().Select(p => Entry(p, $"b{protocol}-{p}-q", new JsonObject { ["default"] = $"/q/{p}" }));

    private JsonObject Entry(string pubSub, string topic, JsonObject routes) => new()
    {
        [protocol == "grpc" ? "pubsubName" : "pubsubname"] = pubSub,
        ["topic"] = topic,
        ["routes"] = routes,
    };

    private static string Resiliency(IReadOnlyList<RecordedCase> cases) =>
        cases.Select(c => MessagingYaml.Resiliency(c.Setup)).FirstOrDefault(r => r.Length > 0) ?? "";

    private static string PathOf(RecordedCase recorded) => recorded.Steps.First(s => s["path"] is not null)["path"]!.GetValue<string>();

    private static string RecordedTopic(RecordedCase recorded) => recorded.Steps[0]["topic"]!.GetValue<string>();

    private static string TopicOf(RecordedCase recorded) =>
        recorded.Component == "pubsub.in-memory" ? $"{RecordedTopic(recorded)}.{Kind(recorded)}" : RecordedTopic(recorded);

    private static string Kind(RecordedCase recorded) => recorded.Steps[0]["type"]!.GetValue<string>();

    private static bool HasDeadLetters(RecordedCase recorded) => recorded.Setup["deadLetterTopic"]?.GetValue<bool>() == true;

    private static string IdOf(RecordedCase recorded)
    {
        var parts = recorded.Name.Split('/');
        return $"{Kind(recorded)}-{parts[3]}-{(HasDeadLetters(recorded) ? "d" : "n")}";
    }

    private static AppCall[] CallsOf(RecordingApp app, RecordedCase recorded)
    {
        var id = IdOf(recorded);
        return [.. app.Calls.Where(c => c.EventIds is [var one] && one == id)];
    }

    private static int Expected(RecordedCase recorded) => recorded.Steps.Sum(s => s["attempts"]?.GetValue<int>() ?? (s["deadLetter"] is null ? 0 : s["count"]?.GetValue<int>() ?? 1));

    private static async Task PublishAsync(ReplaySidecar sidecar, RecordedCase recorded, CancellationToken cancellationToken)
    {
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = IdOf(recorded),
            ["source"] = "rec",
            ["type"] = Kind(recorded),
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject { ["v"] = Kind(recorded) },
        };
        using var content = new StringContent(envelope.ToJsonString());
        content.Headers.ContentType = new("application/cloudevents+json");
        using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/{recorded.Name.Split('/')[3]}/{TopicOf(recorded)}", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static List<Difference> Compare(RecordedCase recorded, AppCall[] calls)
    {
        var comparison = new Comparison(recorded);
        var path = PathOf(recorded);
        var (direct, dead) = (calls.Where(c => c.Path == path).ToArray(), calls.Where(c => c.Path != path).ToArray());
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            if (step["attempts"] is not null)
            {
                comparison.Compare($"steps[{i}].attempts", step["attempts"], direct.Length);
            }
            else if (step["deadLetter"] is not null)
            {
                comparison.Compare($"steps[{i}].count", step["count"] ?? 1, dead.Length);
                if (step["request"] is JsonObject request && dead.Length > 0)
                {
                    comparison.Compare($"steps[{i}].request", AppCalls.Contract(request, ""), Seen(dead[0], recorded));
                }
            }
        }

        return comparison.Differences;
    }

    /// <summary>With the recorded topic, and the recorded id, which had a random end.</summary>
    private static JsonNode? Seen(AppCall call, RecordedCase recorded)
    {
        var text = AppCalls.Contract(call.Request, "")!.ToJsonString().Replace(TopicOf(recorded), RecordedTopic(recorded), StringComparison.Ordinal);
        var request = recorded.Steps.First(s => s["request"] is not null)["request"]!;
        var id = (request["message"] ?? request["body"])!["id"]!.GetValue<string>();
        return JsonNode.Parse(text.Replace($"\"{IdOf(recorded)}\"", $"\"{id}\"", StringComparison.Ordinal));
    }
}
