using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>How events are put together for a bulk subscription: how many, by route, raw, beside one that is no JSON.</summary>
internal sealed class BulkBatchesPart : IReplayPart
{
    private const string Prefix = "pubsub/bulk-subscribe/";
    private const string NotJson = "bb-mem-d-all-success";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(130);

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith(Prefix, StringComparison.Ordinal) && recorded.Name.Split('/').Length == 4;

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancellationToken }, async (one, token) => told(one, await PlayAsync(one, token)));

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var name = recorded.Name[Prefix.Length..];
        var isGrpc = name.StartsWith("grpc/", StringComparison.Ordinal);
        await using var app = await RecordingApp.StartAsync(isGrpc, call => Answer(call, ListOf(name, isGrpc)), cancellationToken);
        var setup = MessagingYaml.Setup(isGrpc ? "b-bulkg" : "b-bulksub", folder.Path, MessagingYaml.InMemory("mem"), app: app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        await PublishAsync(sidecar, name, cancellationToken);
        var comparison = new Comparison(recorded);
        var count = Math.Max(recorded.Steps.Count(s => s["request"] is not null), recorded.Steps.Max(s => Longest(s)));
        await MessagingWaits.UntilAsync(() => Bulk().Length >= count, Patience, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        var (calls, next) = (Bulk(), 0);
        for (var i = 0; i < recorded.Steps.Count; i++)
        {
            var step = recorded.Steps[i];
            if (step["request"] is JsonObject request)
            {
                comparison.Compare($"steps[{i}].request", AppCalls.Contract(request, ""), next < calls.Length ? AppCalls.Contract(calls[next++].Request, "") : null);
            }

            if (step["calls"] is JsonArray expected)
            {
                comparison.Compare($"steps[{i}].calls", WithoutTimes(expected), new JsonArray([.. calls.Select(c => Brief(c, expected[0]!.AsObject()))]));
            }

            if (step["three"] is JsonArray three)
            {
                var all = three.Concat(step["hundredTwenty"]!.AsArray()).Select(c => c!.DeepClone());
                comparison.Compare($"steps[{i}].three", WithoutTimes([.. all]), new JsonArray([.. calls.Select(c => Brief(c, three[0]!.AsObject()))]));
            }
        }

        return comparison.Differences;

        AppCall[] Bulk() => [.. app.Calls.Where(c => c.Body["entries"] is not null)];
    }

    private static int Longest(JsonObject step) => (step["calls"]?.AsArray().Count ?? 0) + (step["three"]?.AsArray().Count ?? 0) + (step["hundredTwenty"]?.AsArray().Count ?? 0);

    private static string ListOf(string name, bool isGrpc)
    {
        var bulk = name.EndsWith("defaults", StringComparison.Ordinal)
            ? new JsonObject { ["enabled"] = true }
            : new JsonObject { ["enabled"] = true, ["maxMessagesCount"] = 4, ["maxAwaitDurationMs"] = 150 };
        var entry = new JsonObject { [isGrpc ? "pubsubName" : "pubsubname"] = "mem", ["topic"] = TopicOf(name), ["bulkSubscribe"] = bulk, ["routes"] = RoutesOf(name) };
        if (name.EndsWith("/raw", StringComparison.Ordinal))
        {
            entry["metadata"] = new JsonObject { ["rawPayload"] = "true" };
        }

        if (TopicOf(name) == NotJson)
        {
            entry["deadLetterTopic"] = NotJson + "-q";
        }

        return isGrpc ? new JsonObject { ["subscriptions"] = new JsonArray(entry) }.ToJsonString() : new JsonArray(entry).ToJsonString();
    }

    private static JsonObject RoutesOf(string name) => name switch
    {
        "http/routes" => new JsonObject { ["rules"] = new JsonArray(new JsonObject { ["match"] = "event.type == \"a\"", ["path"] = "/ra" }), ["default"] = "/rd" },
        "http/raw" => new JsonObject { ["default"] = "/raw" },
        "grpc/raw" => new JsonObject { ["default"] = "/all-success" },
        "http/not-json-entry" => new JsonObject { ["default"] = "/m/all-success" },
        _ => new JsonObject { ["default"] = "/batch" },
    };

    private static string TopicOf(string name) => name switch
    {
        "http/raw" => "bb-raw",
        "grpc/raw" => "bg-raw",
        "http/not-json-entry" => NotJson,
        _ => "bb-batch",
    };

    private static AppReply Answer(AppCall call, string list) => call.Path switch
    {
        "/dapr/subscribe" or "ListTopicSubscriptions" => new AppReply { Body = list },
        _ when call.Body["entries"] is JsonArray entries => new AppReply
        {
            Body = new JsonObject
            {
                ["statuses"] = new JsonArray([.. entries.Select(e => new JsonObject { ["entryId"] = e!["entryId"]!.DeepClone(), ["status"] = "SUCCESS" })]),
            }.ToJsonString(),
        },
        _ => AppReply.Ok,
    };

    private static async Task PublishAsync(ReplaySidecar sidecar, string name, CancellationToken cancellationToken)
    {
        switch (name)
        {
            case "http/max-count-and-wait" or "http/defaults":
                for (var i = 0; i < (name == "http/defaults" ? 123 : 10); i++)
                {
                    await PublishAsync("1", "application/json", "");
                }

                break;
            case "http/routes":
                foreach (var type in (string[])["a", "a", "b"])
                {
                    await PublishAsync("1", "application/json", $"metadata.cloudevent.type={type}");
                }

                break;
            case "http/raw":
                await PublishAsync("hello", "text/plain", "metadata.rawPayload=true");
                await PublishAsync("""{"x":1}""", "application/json", "");
                break;
            case "http/not-json-entry":
                await PublishAsync("hello", "text/plain", "metadata.rawPayload=true");
                await PublishAsync("""{"i":0}""", "application/json", "metadata.cloudevent.id=1&metadata.cloudevent.type=t&metadata.foo=bar");
                break;
            default:
                await PublishAsync("""{"i":1}""", "application/json", "metadata.cloudevent.id=1&metadata.rawPayload=true");
                await PublishAsync("""{"i":2}""", "application/json", "metadata.cloudevent.id=2&metadata.rawPayload=true");
                break;
        }

        async Task PublishAsync(string body, string contentType, string query)
        {
            using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(contentType));
            using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/mem/{TopicOf(name)}?{query}", UriKind.Relative), content, cancellationToken);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static JsonArray WithoutTimes(JsonArray calls)
    {
        var all = calls.DeepClone().AsArray();
        foreach (var call in all)
        {
            call!.AsObject().Remove("atMs");
        }

        return all;
    }

    /// <summary>Of a call what the recorder kept of it.</summary>
    private static JsonObject Brief(AppCall call, JsonObject like)
    {
        var entries = call.Body["entries"]!.AsArray();
        var brief = new JsonObject
        {
            ["rpc"] = call.Request["rpc"]?.GetValue<string>().Split('/')[1],
            ["count"] = entries.Count,
            ["path"] = call.Path,
            ["ids"] = new JsonArray([.. call.EventIds.Select(i => (JsonNode)i)]),
            ["types"] = new JsonArray([.. entries.Select(e => (e!["event"] as JsonObject)?["type"]?.DeepClone())]),
        };
        foreach (var name in brief.Select(b => b.Key).Where(k => !like.ContainsKey(k)).ToArray())
        {
            brief.Remove(name);
        }

        return brief;
    }
}
