using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Dialogues of streaming subscriptions that stand for themselves. Those that tell of several streams, or of publishers that wait, are not replayed.</summary>
internal sealed class StreamPart : IReplayPart
{
    // What they show is not in the dialogue: how long publishers waited, or what a helper published beside it.
    private static readonly string[] NotAlone = ["order-", "missing-ack", "same-id", "two-streams", "reopen", "close-with-pending", "daprd-stop", "wildcards", "half-close-with-pending", "expired", "not-json", "bulk-publish", "out-of-order"];

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith("pubsub/stream/", StringComparison.Ordinal)
        && recorded.Steps.Count > 0
        && recorded.Steps[0]["do"]!.GetValue<string>() == "grpc-stream"
        && recorded.Steps.Count(s => s["do"]!.GetValue<string>() == "grpc-stream") == 1
        && recorded.Steps.All(s => s["do"]!.GetValue<string>() is "grpc-stream" or "stream-saw" or "daprd-log")
        && !NotAlone.Any(n => recorded.Name.Contains(n, StringComparison.Ordinal))
        && (!recorded.Name.Contains("/red", StringComparison.Ordinal) || TestRedis.IsInstalled);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = TestRedis.IsInstalled ? await TestRedis.StartAsync() : null;
        var setup = MessagingYaml.Setup("b-str", folder.Path, MessagingYaml.Components("stream-yaml", redis?.Port), MessagingYaml.Resiliency(cases[0].Setup));
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        foreach (var one in cases)
        {
            var dead = one.Steps.FirstOrDefault(s => s["deadLetter"] is not null);
            var initial = one.Steps[0]["dialogue"]!.AsArray().Select(t => t!["send"]?["initialRequest"]).FirstOrDefault(i => i is not null);
            var topic = initial?["deadLetterTopic"]?.GetValue<string>();
            await using var letters = dead is null || topic is null ? null : await StreamReader.OpenAsync(sidecar, initial!["pubsubName"]!.GetValue<string>(), topic, raw: false, cancellationToken);
            var watch = new MessagingWatch { Streams = letters is null ? [] : [letters] };
            await watch.BeginAsync(one);
            told(one, await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(one, cancellationToken));
        }
    }
}
