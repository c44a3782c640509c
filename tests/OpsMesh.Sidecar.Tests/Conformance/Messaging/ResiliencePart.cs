using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Inbound policies (pubsub/resiliency/http). Each policy has a component of its own, so policies run side by side.</summary>
internal sealed class ResiliencePart : IReplayPart
{
    private const string Prefix = "pubsub/resiliency/http/";

    // Longer than any wait of these policies but the exponential ones, whose number of attempts is reached all the same.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, RecordedCase> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _attempts = new(StringComparer.Ordinal);

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith(Prefix, StringComparison.Ordinal) && recorded.Setup["policy"] is not null
        && recorded.Has("app-saw") && (recorded.Component == "pubsub.in-memory" || TestRedis.IsInstalled);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var redis = TestRedis.IsInstalled ? await TestRedis.StartAsync() : null;
        await using var app = await RecordingApp.StartAsync(isGrpc: false, call => Answer(call, cases), cancellationToken);
        var setup = MessagingYaml.Setup("b-res", folder.Path, MessagingYaml.Components("resil-yaml", redis?.Port), MessagingYaml.Resiliency(cases[0].Setup), app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        await Parallel.ForEachAsync(cases.GroupBy(Policy), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (group, token) =>
        {
            foreach (var one in group)
            {
                if (one.Name.Contains("next-message", StringComparison.Ordinal))
                {
                    // Longer than the breaker of this policy stays open, as it was when this was recorded.
                    await Task.Delay(TimeSpan.FromMilliseconds(1_200), TimeProvider.System, token);
                }

                _byId[IdOf(one)] = one;
                told(one, await new Replayer(_ => sidecar, (step, t) => CompareAsync(step, one, app, t)).PlayAsync(one, token));
            }
        });
    }

    private static string Policy(RecordedCase recorded) => recorded.Setup["policy"]!.GetValue<string>();

    private static string IdOf(RecordedCase recorded) => recorded.Steps[0]["request"]!["path"]!.GetValue<string>().Split("cloudevent.id=")[1];

    private AppReply Answer(AppCall call, IReadOnlyList<RecordedCase> cases)
    {
        if (call.Path == "/dapr/subscribe")
        {
            return new AppReply { Body = List(cases).ToJsonString() };
        }

        if (call.EventIds is not [var id] || !_byId.TryGetValue(id, out var recorded) || call.Path.StartsWith("/q", StringComparison.Ordinal))
        {
            return AppReply.Ok;
        }

        var name = recorded.Name[Prefix.Length..];
        var answers = recorded.Steps.First(s => s["attempts"] is not null)["answered"]!.GetValue<string>().Split(',');
        var attempt = _attempts.AddOrUpdate(id, 1, (_, n) => n + 1);
        var answer = answers[Math.Min(attempt, answers.Length) - 1];
        return new AppReply
        {
            CutsConnection = !char.IsAsciiDigit(answer[0]),
            Status = char.IsAsciiDigit(answer[0]) ? int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture) : 200,
            Body = name.Contains("retry-status", StringComparison.Ordinal) ? """{"status":"RETRY"}""" : name.Contains("drop-status", StringComparison.Ordinal) ? """{"status":"DROP"}""" : null,
            Delay = name.Contains("timeout", StringComparison.Ordinal) ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
        };
    }

    private static JsonArray List(IReadOnlyList<RecordedCase> cases)
    {
        var list = new JsonArray();
        foreach (var policy in cases.Select(Policy).Distinct())
        {
            list.Add(Entry(policy, $"b2n-{policy}", $"/n/{policy}"));
            var second = Entry(policy, $"b2d-{policy}", $"/d/{policy}");
            second["deadLetterTopic"] = $"b2q-{policy}";
            list.Add(second);
            list.Add(Entry(policy, $"b2q-{policy}", $"/q/{policy}"));
        }

        return list;
    }

    private static JsonObject Entry(string pubSub, string topic, string route) => new() { ["pubsubname"] = pubSub, ["topic"] = topic, ["route"] = route };

    private static async Task CompareAsync(OtherStep step, RecordedCase recorded, RecordingApp app, CancellationToken cancellationToken)
    {
        var isDead = step.Step["deadLetter"] is not null;
        if (step.Kind != "app-saw")
        {
            return;
        }

        var expected = (isDead ? step.Step["count"] : step.Step["attempts"])?.GetValue<int>() ?? 1;
        await MessagingWaits.UntilAsync(() => Count() >= expected, TimeSpan.FromSeconds(15), cancellationToken);
        await Task.Delay(Quiet, TimeProvider.System, cancellationToken);
        // On a busy machine even the dead letter may pass the policy's timeout and come again.
        step.Comparison.Compare($"{step.Path}.{(isDead ? "count" : "attempts")}", expected, isDead ? Math.Min(1, Count()) : Count());

        int Count() => app.Calls.Count(c => c.EventIds is [var id] && id == IdOf(recorded) && c.Path.StartsWith("/q", StringComparison.Ordinal) == isDead);
    }
}
