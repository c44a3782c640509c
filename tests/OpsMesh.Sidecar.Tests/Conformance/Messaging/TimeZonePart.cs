using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>An event carries the time of the sidecar's zone, and its expiration in UTC.</summary>
internal sealed class TimeZonePart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.Name == "pubsub/publish/http/time-zone-of-process";

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var recorded = cases[0];
        var setup = MessagingYaml.Setup("b-tz", folder.Path, MessagingYaml.Components(recorded.Yaml, null)) with { Zone = TimeZoneInfo.FindSystemTimeZoneById(recorded.Setup["env"]!["TZ"]!.GetValue<string>()) };
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await using var stream = await StreamReader.OpenAsync(sidecar, "mem", "t", raw: false, cancellationToken);
        var watch = new MessagingWatch { Streams = [stream] };
        await watch.BeginAsync(recorded);
        var comparison = new Comparison(recorded);
        comparison.Differences.AddRange(await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(recorded), cancellationToken));
        var (there, here) = (recorded.Steps[1]["eventMessages"]![0]!["extensions"]!, stream.Events.First()["extensions"]!);
        foreach (var name in (string[])["time", "expiration"])
        {
            comparison.Compare($"zone of {name}", Zone(there[name]!), Zone(here[name]!));
        }

        told(recorded, comparison.Differences);
    }

    private static string Zone(JsonNode time) => time.GetValue<string>()["2026-11-21T16:20:39".Length..];
}
