using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Which route takes an event (pubsub/routing).</summary>
internal sealed class RoutingPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith("pubsub/routing/", StringComparison.Ordinal) && recorded.Setup["subscription"] is not null;

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var list = new JsonArray([.. cases.Select(Subscription), Entry("c-q", new JsonObject { ["default"] = "/q" })]).ToJsonString();
        await using var app = await RecordingApp.StartAsync(isGrpc: false, c => c.Path == "/dapr/subscribe" ? new AppReply { Body = list } : AppReply.Ok, cancellationToken);
        await using var sidecar = await ReplaySidecar.StartAsync(MessagingYaml.Setup("b-cel", folder.Path, MessagingYaml.Components("mem", null), app: app), cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        foreach (var one in cases)
        {
            told(one, await new Replayer(_ => sidecar, CompareAsync).PlayAsync(one, cancellationToken));

            async Task CompareAsync(OtherStep step, CancellationToken token)
            {
                if (step.Kind == "app-saw")
                {
                    var id = NameOf(one);
                    await MessagingWaits.UntilAsync(() => app.Calls.Any(c => c.EventIds is [var seen] && seen == id), TimeSpan.FromSeconds(5), token);
                    step.Comparison.Compare($"{step.Path}.path", step.Step["path"], app.Calls.FirstOrDefault(c => c.EventIds is [var seen] && seen == id)?.Path);
                }
            }
        }
    }

    private static string NameOf(RecordedCase recorded) => recorded.Name.Split('/')[^1];

    private static JsonNode Subscription(RecordedCase recorded)
    {
        var entry = Entry($"c-{NameOf(recorded)}", recorded.Setup["subscription"]!["routes"]!.DeepClone());
        entry["deadLetterTopic"] = "c-q";
        return entry;
    }

    private static JsonObject Entry(string topic, JsonNode routes) => new() { ["pubsubname"] = "mem", ["topic"] = topic, ["routes"] = routes };
}
