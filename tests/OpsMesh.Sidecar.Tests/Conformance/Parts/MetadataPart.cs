using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Metadata and health of one sidecar with an application, of metadata-health.jsonl.</summary>
internal sealed class MetadataPart : IReplayPart
{
    private const string Flags = "--app-port P --enable-app-health-check --app-health-probe-interval 1 --app-max-concurrency 7";

    public bool Takes(RecordedCase recorded) =>
        recorded.File == "metadata-health"
        && recorded.Setup["flags"]?.GetValue<string>() == Flags
        && recorded.Name.Split('/')[0] is "metadata" or "health"
        && recorded.Name is not ("metadata/startup-requests" or "metadata/http/streaming-subscription");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var app = await RecordingApp.StartAsync(
            path => (200, path == "/dapr/subscribe" ? """[{"pubsubname":"bus","topic":"prog","route":"/prog"}]""" : ""), cancellationToken);
        // A Resiliency behind others in a file has no effect, in daprd neither.
        var setup = new SidecarSetup("m1", folder.Path)
        {
            Resources = new Dictionary<string, string> { ["all"] = cases[0].Yaml },
            Args = [.. Flags.Replace(" P ", $" {app.Port} ", StringComparison.Ordinal).Split(' ')],
        };
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        while ((await sidecar.Http.GetAsync(new Uri("v1.0/healthz", UriKind.Relative), cancellationToken)).StatusCode != System.Net.HttpStatusCode.NoContent)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        // Subscriptions wait for the first good probe, and being ready does not.
        while (!(await sidecar.Http.GetStringAsync(new Uri("v1.0/metadata", UriKind.Relative), cancellationToken)).Contains("PROGRAMMATIC", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        var replayer = new Replayer(_ => sidecar, ObserveAsync);
        foreach (var one in cases)
        {
            told(one, await replayer.PlayAsync(one, cancellationToken));
        }
    }

    private static async Task ObserveAsync(OtherStep step, CancellationToken cancellationToken)
    {
        if (step.Step["extended"] is { } extended)
        {
            var metadata = JsonNode.Parse(await step.Sidecar.Http.GetStringAsync(new Uri("v1.0/metadata", UriKind.Relative), cancellationToken));
            step.Comparison.Compare($"{step.Path}.extended", extended, metadata!["extended"]);
        }
    }
}
