using System.Text.Json.Nodes;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Compares what applications, streams and redis got since a case began with what was recorded.</summary>
internal sealed class MessagingWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Time for what should not come to come all the same.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);

    private readonly Dictionary<object, int> _seen = [];
    private readonly Dictionary<string, string> _lastEntry = new(StringComparer.Ordinal);
    private readonly Dictionary<object, int> _begun = [];
    private IReadOnlyList<JsonObject> _steps = [];
    private string _given = "";

    public RecordingApp? Http { get; init; }

    public RecordingApp? Grpc { get; init; }

    public IReadOnlyList<StreamReader> Streams { get; init; } = [];

    public IDatabase? Redis { get; init; }

    /// <summary>Several events were published together: which comes first is not compared.</summary>
    public bool InAnyOrder { get; init; }

    /// <summary>What came before belongs to other cases.</summary>
    /// <param name="fromStart">The case has the set-up for itself: what came at the start belongs to it.</param>
    public async Task BeginAsync(RecordedCase recorded, bool fromStart = false)
    {
        _steps = recorded.Steps;
        _given = string.Concat(recorded.Steps.SelectMany(s => (s["dialogue"]?.AsArray() ?? []).Select(t => t!["send"]?.ToJsonString()))) + string.Concat(recorded.Steps.Where(s => s["do"]!.GetValue<string>() is "http" or "grpc").Select(s => (s["request"] ?? s).ToJsonString()));
        foreach (var queue in new object?[] { Http, Grpc }.Concat(Streams).OfType<object>())
        {
            _seen[queue] = fromStart ? 0 : Count(queue);
            _begun[queue] = _seen[queue];
        }

        foreach (var topic in recorded.Steps.Select(TopicOf).OfType<string>())
        {
            _lastEntry[topic] = await LastIdAsync(topic);
        }
    }

    public async Task CompareAsync(OtherStep step, CancellationToken cancellationToken)
    {
        switch (step.Kind)
        {
            case "app-saw" when step.Step["request"] is JsonObject request:
                await CompareCallAsync(step, request, App(step), cancellationToken);
                break;
            case "app-saw" when step.Step["requests"] is JsonArray requests:
                await ComparePathsAsync(step, "requests", requests, App(step), cancellationToken);
                break;
            case "app-saw" when step.Step["calls"] is JsonArray calls:
                await ComparePathsAsync(step, "calls", calls, App(step), cancellationToken);
                break;
            case "app-saw" when step.Step["attempts"] is JsonValue attempts:
                await CompareCountAsync(step, attempts.GetValue<int>(), cancellationToken);
                break;
            case "app-saw" when step.Step["dataLengths"] is JsonArray lengths:
                await CompareLengthsAsync(step, lengths, cancellationToken);
                break;
            case "app-saw" when step.Step["nothing"] is not null:
                await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
                step.Comparison.Compare($"{step.Path}.calls", 0, App(step).Calls.Count - _seen[App(step)]);
                break;
            case "metadata":
                await CompareMetadataAsync(step, cancellationToken);
                break;
            case "grpc-stream":
                await new StreamDialogue(step.Sidecar, step, _given).PlayAsync(cancellationToken);
                break;
            case "stream-saw" when step.Step["eventMessages"] is JsonArray:
                await CompareStreamAsync(step, cancellationToken);
                break;
            case "broker" when TopicOf(step.Step) is { } topic:
                await CompareEntriesAsync(step, topic, cancellationToken);
                break;
            case "broker" when step.Step["kind"]!.GetValue<string>() == "XLEN":
                step.Comparison.Compare($"{step.Path}.topic", step.Step["topic"], (long)await Redis!.ExecuteAsync("XLEN", "bcb"));
                step.Comparison.Compare($"{step.Path}.dlq", step.Step["dlq"], (long)await Redis.ExecuteAsync("XLEN", "bcbq"));
                break;
            case "daprd-log" or "daprd-process" or "timing" or "sdk-result" or "sdk-callback":
                break;
            default:
                step.Comparison.Differences.Add(Difference.Broken(step.Path, $"nothing compares {step.Step.ToJsonString()}"));
                break;
        }
    }

    private RecordingApp App(OtherStep step) => (step.Step["kind"]?.GetValue<string>() == "grpc" ? Grpc : Http) ?? throw new NotSupportedException("no such application");

    private async Task CompareCallAsync(OtherStep step, JsonObject request, RecordingApp app, CancellationToken cancellationToken)
    {
        var at = _seen[app];
        if (!await MessagingWaits.UntilAsync(() => app.Calls.Count > at, Patience, cancellationToken))
        {
            step.Comparison.Compare($"{step.Path}.request", request, null);
            return;
        }

        _seen[app] = at + 1;
        if (InAnyOrder && at == _begun[app])
        {
            await MessagingWaits.UntilAsync(() => app.Calls.Count >= at + Together(step), Patience, cancellationToken);
        }

        var expected = AppCalls.Contract(request, _given);
        if (InAnyOrder)
        {
            var fresh = app.Calls.Skip(_begun[app]).Select(c => AppCalls.Contract(c.Request, _given)).ToArray();
            var same = fresh.FirstOrDefault(f => JsonNode.DeepEquals(f, expected));
            step.Comparison.Compare($"{step.Path}.request", expected, same ?? AppCalls.Contract(app.Calls.ElementAt(at).Request, _given));
            return;
        }

        step.Comparison.Compare($"{step.Path}.request", AppCalls.Contract(request, _given), AppCalls.Contract(app.Calls.ElementAt(at).Request, _given));
    }

    private int Together(OtherStep step) => _steps.Count(s => s["do"]!.GetValue<string>() == "app-saw" && s["request"] is not null && s["kind"]?.GetValue<string>() == step.Step["kind"]?.GetValue<string>());

    private async Task ComparePathsAsync(OtherStep step, string name, JsonArray expected, RecordingApp app, CancellationToken cancellationToken)
    {
        await MessagingWaits.UntilAsync(() => Fresh().Count >= expected.Count, Patience, cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        var isOnlyPath = expected.Any(e => e is JsonValue);
        var here = Fresh().Select(c => isOnlyPath ? (JsonNode)c.Path : Brief(c));
        step.Comparison.Compare($"{step.Path}.{name}", Generated.Mask(Ordered(expected), _given), Generated.Mask(Ordered([.. here]), _given));
        _begun[app] = app.Calls.Count;

        // Topics of a broker in memory run side by side: what came first is chance.
        JsonArray Ordered(IEnumerable<JsonNode?> calls) => new([.. (name == "requests" && !isOnlyPath ? calls.OrderBy(c => Generated.Mask(c?["id"], _given)?.ToJsonString(), StringComparer.Ordinal) : calls).Select(c => c?.DeepClone())]);

        // The questions at the start are only in those lists that are of paths.
        List<AppCall> Fresh() => [.. app.Calls.Skip(_begun[app]).Where(c => expected.Any(e => e?.ToString().StartsWith("/dapr/", StringComparison.Ordinal) == true) || (!c.Path.StartsWith("/dapr/", StringComparison.Ordinal) && c.Path != "ListTopicSubscriptions"))];

        JsonNode Brief(AppCall call)
        {
            var brief = new JsonObject { ["path"] = call.Path, ["id"] = (call.Request["body"] ?? call.Request["message"])?["id"]?.DeepClone() };
            if (call.Request["rpc"] is JsonValue rpc)
            {
                brief["rpc"] = rpc.GetValue<string>().Split('/')[^1];
            }

            return brief;
        }
    }

    private async Task CompareCountAsync(OtherStep step, int expected, CancellationToken cancellationToken)
    {
        var app = App(step);
        var path = step.Step["path"]!.GetValue<string>();
        await MessagingWaits.UntilAsync(() => Count() >= expected, Patience, cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, cancellationToken);
        step.Comparison.Compare($"{step.Path}.attempts", expected, Count());

        int Count() => app.Calls.Skip(_begun[app]).Count(c => c.Path == path);
    }

    private async Task CompareLengthsAsync(OtherStep step, JsonArray expected, CancellationToken cancellationToken)
    {
        var app = App(step);
        await MessagingWaits.UntilAsync(() => app.Calls.Count - _begun[app] >= expected.Count, Patience, cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        var lengths = app.Calls.Skip(_begun[app]).Select(c => (JsonNode)c.Request["body"]!["data"]!.GetValue<string>().Length);
        step.Comparison.Compare($"{step.Path}.dataLengths", expected, new JsonArray([.. lengths]));
    }

    private static async Task CompareMetadataAsync(OtherStep step, CancellationToken cancellationToken)
    {
        var here = JsonNode.Parse(await step.Sidecar.Http.GetStringAsync(new Uri("v1.0/metadata", UriKind.Relative), cancellationToken))!.AsObject();
        var recorded = step.Step["response"]!["body"]!.AsObject();
        foreach (var name in ((string[])["subscriptions", "appConnectionProperties"]).Where(n => n == "subscriptions" || recorded.ContainsKey(n)))
        {
            step.Comparison.Compare($"{step.Path}.response.body.{name}", recorded[name], here[name]);
        }
    }

    private async Task CompareStreamAsync(OtherStep step, CancellationToken cancellationToken)
    {
        var expected = step.Step["eventMessages"]!.AsArray();
        if (expected.Count == 0)
        {
            await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        }

        await MessagingWaits.UntilAsync(() => Fresh().Count >= expected.Count, Patience, cancellationToken);
        step.Comparison.Compare($"{step.Path}.eventMessages", Generated.Mask(expected, _given), Generated.Mask(new JsonArray([.. Fresh()]), _given));

        List<JsonNode> Fresh() => [.. Streams.SelectMany(s => s.Events.Skip(_seen.GetValueOrDefault(s))).Select(e => e.DeepClone())];
    }

    private async Task CompareEntriesAsync(OtherStep step, string topic, CancellationToken cancellationToken)
    {
        var expected = step.Step["entries"]!.AsArray();
        RedisResult[] entries = [];
        var since = TimeProvider.System.GetTimestamp();
        while (entries.Length < expected.Count && TimeProvider.System.GetElapsedTime(since) < Patience)
        {
            entries = (RedisResult[])await Redis!.ExecuteAsync("XRANGE", (RedisKey)topic, "(" + _lastEntry[topic], "+");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
        }

        var here = entries.Select(e => Fields(((RedisResult[])((RedisResult[])e)[1]).Select(f => (string)f!)));
        var recorded = expected.Select(e => Fields(e![1]!.AsArray().Select(f => f!.GetValue<string>())));
        step.Comparison.Compare($"{step.Path}.entries", new JsonArray([.. recorded]), new JsonArray([.. here]));
    }

    /// <summary>The text of an envelope as it is, but for what is new each time; the order of the fields and of metadata is Go's.</summary>
    private JsonObject Fields(IEnumerable<string> fields)
    {
        var all = fields.ToArray();
        var map = new JsonObject();
        for (var i = 0; i + 1 < all.Length; i += 2)
        {
            map[all[i]] = all[i] == "metadata" ? JsonNode.Parse(all[i + 1]) : Generated.Mask(all[i + 1], _given);
        }

        return map;
    }

    private static string? TopicOf(JsonObject step) =>
        step["kind"]?.GetValue<string>() is { } kind && kind.StartsWith("redis XRANGE ", StringComparison.Ordinal) && step["entries"] is not null ? kind.Split(' ')[2] : null;

    private async Task<string> LastIdAsync(string topic)
    {
        var last = (RedisResult[])await Redis!.ExecuteAsync("XREVRANGE", (RedisKey)topic, "+", "-", "COUNT", 1);
        return last.Length == 0 ? "0" : (string)((RedisResult[])last[0])[0]!;
    }

    private static int Count(object queue) => queue is RecordingApp app ? app.Calls.Count : ((StreamReader)queue).Events.Count;
}
