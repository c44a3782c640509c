using System.Globalization;
using System.Text.Json.Nodes;
using StackExchange.Redis;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>One case about streams, with the means to play it: publishers, streams, looks into redis.</summary>
internal sealed class StreamScene(RecordedCase recorded, ReplaySidecar sidecar, IDatabase redis, string group, CancellationToken cancellationToken)
{
    private int _next;

    public RecordedCase Recorded => recorded;

    public ReplaySidecar Sidecar { get; set; } = sidecar;

    public IDatabase Redis => redis;

    public CancellationToken Cancellation => cancellationToken;

    public Comparison Comparison { get; } = new(recorded);

    /// <summary>As the next dialogue of the recording opens it.</summary>
    public Task<ManualStream> OpenNextAsync()
    {
        var (_, step) = NextDialogue(_next++);
        return ManualStream.OpenAsync(Sidecar, step["dialogue"]![0]!["send"]!["initialRequest"]!.AsObject(), cancellationToken);
    }

    public Task<ManualStream> OpenAsync(string pubSub, string topic) =>
        ManualStream.OpenAsync(Sidecar, new JsonObject { ["pubsubName"] = pubSub, ["topic"] = topic }, cancellationToken);

    public Task PublishAsync(string pubSub, string topic, string id, string body = "1") => SendAsync($"{pubSub}/{topic}", body, "application/json", $"metadata.cloudevent.id={Uri.EscapeDataString(id)}");

    public async Task SendAsync(string target, string body, string contentType, string query)
    {
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue(contentType));
        using var answer = await Sidecar.Http.PostAsync(new Uri($"v1.0/publish/{target}?{query}", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public Task WaitAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, cancellationToken);

    /// <summary>Plays steps of the API.</summary>
    public async Task PlayAsync(params int[] steps)
    {
        var prepared = MessagingCases.Prepare(recorded).Steps;
        foreach (var at in steps)
        {
            var differences = await new Replayer(_ => Sidecar).PlayAsync(recorded with { Steps = [prepared[at]] }, cancellationToken);
            Comparison.Differences.AddRange(differences.Select(d => d with { Path = d.Path.Replace("steps[0]", $"steps[{at}]", StringComparison.Ordinal) }));
        }
    }

    /// <param name="number">Of the dialogues of the case.</param>
    /// <param name="inAnyOrder">Which of the events came first is chance.</param>
    public void Compare(int number, ManualStream stream, bool inAnyOrder = false)
    {
        var (at, step) = NextDialogue(number);
        var given = string.Concat(step["dialogue"]!.AsArray().Select(t => t!["send"]?.ToJsonString())) + string.Concat(stream.Dialogue.Select(t => t!["send"]?.ToJsonString()));
        // Of some the recorder kept only the ids.
        var onlyIds = step["dialogue"]!.AsArray().Any(t => t!["recv"]?["eventMessage"] is JsonObject { Count: 1 });
        var (there, here) = (Plain(step["dialogue"]!.AsArray(), given, inAnyOrder, onlyIds), Plain(stream.Dialogue, given, inAnyOrder, onlyIds));
        Comparison.Compare($"steps[{at}].dialogue", there, here);
    }

    public void Result(string name, JsonNode? here) => Comparison.Compare($"result.{name}", recorded.Json["result"]![name], here);

    /// <summary>How many messages nobody acknowledged yet.</summary>
    public async Task<long> PendingAsync(string topic, string? ofGroup = null) => (long)((RedisResult[])await redis.ExecuteAsync("XPENDING", topic, ofGroup ?? group))[0];

    private (int At, JsonObject Step) NextDialogue(int number)
    {
        var at = Enumerable.Range(0, recorded.Steps.Count).Where(i => recorded.Steps[i]["do"]!.GetValue<string>() == "grpc-stream").ElementAt(number);
        return (at, recorded.Steps[at]);
    }

    private static JsonArray Plain(JsonArray dialogue, string given, bool inAnyOrder, bool onlyIds)
    {
        var turns = new List<JsonNode>();
        foreach (var turn in dialogue.Select(t => t!.DeepClone().AsObject()))
        {
            turn.Remove("atMs");
            if (turn["end"]?["code"]?.GetValue<string>() == "CANCELLED")
            {
                // What a client says of its own cancelling is the client's.
                turn["end"]!.AsObject().Remove("message");
            }

            if (onlyIds && turn["recv"]?["eventMessage"] is JsonObject message)
            {
                turn["recv"]!["eventMessage"] = new JsonObject { ["id"] = message["id"]?.DeepClone() };
            }

            turns.Add(inAnyOrder && turn["send"]?["eventProcessed"] is not null ? new JsonObject { ["acknowledged"] = true } : Generated.Mask(turn, given)!);
        }

        if (inAnyOrder)
        {
            var events = new Queue<JsonNode>(turns.Where(t => t["recv"]?["eventMessage"] is not null).OrderBy(Key, StringComparer.Ordinal));
            turns = [.. turns.Select(t => t["recv"]?["eventMessage"] is not null ? events.Dequeue() : t)];
        }

        return new JsonArray([.. turns]);
    }

    /// <summary>First the data: ids may be new each time.</summary>
    private static string Key(JsonNode turn) => string.Create(CultureInfo.InvariantCulture, $"{turn["recv"]!["eventMessage"]!["data"]} {turn["recv"]!["eventMessage"]!["id"]}");
}
