using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>How many events an application has in hand at a time (pubsub/concurrency): 24 on one topic, then 6 on each of two.</summary>
internal sealed class ConcurrencyPart : IReplayPart
{
    private const string Prefix = "pubsub/concurrency/";

    // Many at a time must all have come before the first is done, also on a busy machine.
    private static readonly TimeSpan Handling = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongHandling = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith(Prefix, StringComparison.Ordinal) && (recorded.Component == "mem" || TestRedis.IsInstalled);

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (one, token) => told(one, await PlayAsync(one, token)));

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = recorded.Component == "mem" ? null : await TestRedis.StartAsync();
        var list = new JsonArray([.. ((string[])["one", "left", "right"]).Select(t => new JsonObject { ["pubsubname"] = recorded.Component, ["topic"] = t, ["route"] = $"/{t}" })]).ToJsonString();
        var handling = recorded.Json["result"]!["maxConcurrent"]!.GetValue<int>() > 2 ? LongHandling : Handling;
        await using var app = await RecordingApp.StartAsync(
            isGrpc: false, call => call.Path == "/dapr/subscribe" ? new AppReply { Body = list } : new AppReply { Delay = call.Path == "/dapr/config" ? TimeSpan.Zero : handling }, cancellationToken);
        var setup = MessagingYaml.Setup("b-conc", folder.Path, MessagingYaml.Components(recorded.Yaml, redis?.Port), app: app);
        string[] args = recorded.Name.StartsWith(Prefix + "app-max-concurrency-2/", StringComparison.Ordinal) ? [.. setup.Args, "--app-max-concurrency", "2"] : [.. setup.Args];
        await using var sidecar = await ReplaySidecar.StartAsync(setup with { Args = args }, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        var begun = app.Calls.Count;
        await PublishAsync(sidecar, recorded.Component, "one", 24, cancellationToken);
        await MessagingWaits.UntilAsync(() => app.Finished == begun + 24, Patience, cancellationToken);
        var (first, most) = (app.Calls.Skip(begun).ToArray(), app.MostAtOnce());
        await PublishAsync(sidecar, recorded.Component, "left", 6, cancellationToken);
        await PublishAsync(sidecar, recorded.Component, "right", 6, cancellationToken);

        await MessagingWaits.UntilAsync(() => app.Finished == begun + 36, Patience, cancellationToken);
        var (comparison, result) = (new Comparison(recorded), recorded.Json["result"]!);
        comparison.Compare("result.delivered", result["delivered"], first.Length);
        comparison.Compare("result.maxConcurrent", result["maxConcurrent"], most);
        comparison.Compare("result.maxConcurrentTwoTopics", result["maxConcurrentTwoTopics"], app.MostAtOnce());
        if (most == 1)
        {
            // With several workers the order is chance.
            var numbers = first.Select(c => c.Body["data"]!.GetValue<int>()).ToArray();
            comparison.Compare("result.inOrder", result["inOrder"], numbers.SequenceEqual(numbers.Order()));
        }

        return comparison.Differences;
    }

    private static async Task PublishAsync(ReplaySidecar sidecar, string pubSub, string topic, int count, CancellationToken cancellationToken)
    {
        // Together, so that slow publishing cannot hold back what is delivered at once.
        var entries = Enumerable.Range(0, count).Select(i => new JsonObject { ["entryId"] = $"{i}", ["event"] = i, ["contentType"] = "application/json" });
        using var content = new StringContent(new JsonArray([.. entries]).ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await sidecar.Http.PostAsync(new Uri($"v1.0/publish/bulk/{pubSub}/{topic}", UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
