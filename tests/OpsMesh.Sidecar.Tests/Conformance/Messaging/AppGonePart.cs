namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Events for an application that ended meanwhile, or that came back on its port.</summary>
internal sealed class AppGonePart : IReplayPart
{
    private const string Refused = "pubsub/resiliency/http/app-connection-refused/";
    private const string Restart = "pubsub/faults/app-restart";
    private const string List = """[{"pubsubname":"mem","topic":"t","route":"/t"},{"pubsubname":"mconst","topic":"b2n-mconst","route":"/n/mconst"},{"pubsubname":"mconst","topic":"b2d-mconst","route":"/d/mconst","deadLetterTopic":"b2q-mconst"}]""";

    public bool Takes(RecordedCase recorded) => recorded.Name == Restart || recorded.Name.StartsWith(Refused, StringComparison.Ordinal);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        foreach (var one in cases)
        {
            told(one, await PlayAsync(one, cancellationToken));
        }
    }

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var first = await RecordingApp.StartAsync(isGrpc: false, Answer, cancellationToken);
        var setup = MessagingYaml.Setup("b-x", folder.Path, MessagingYaml.InMemory("mem", "mconst"), MessagingYaml.Retry("mconst", "200ms", 3), first);
        await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        if (recorded.Name != Restart)
        {
            await first.DisposeAsync();
            return await new Replayer(_ => sidecar).PlayAsync(MessagingCases.Prepare(recorded), cancellationToken);
        }

        await using var second = RecordingApp.Create(isGrpc: false, Answer, first.Port);
        var (comparison, steps) = (new Comparison(recorded), MessagingCases.Prepare(recorded).Steps);
        for (var i = 0; i < 3; i++)
        {
            // One to the first application, one to nobody, one to the second.
            comparison.Differences.AddRange(await new Replayer(_ => sidecar).PlayAsync(recorded with { Steps = [steps[i]] }, cancellationToken));
            await (i switch
            {
                0 => EndAsync(first, cancellationToken),
                1 => ListenAsync(second, cancellationToken),
                _ => MessagingWaits.UntilAsync(() => !second.Calls.IsEmpty, TimeSpan.FromSeconds(5), cancellationToken),
            });
        }

        comparison.Compare("steps[3].before", steps[3]["before"], MessagingLists.Of(first.Calls.Select(c => c.Path)));
        comparison.Compare("steps[3].afterRestart", steps[3]["afterRestart"], new System.Text.Json.Nodes.JsonArray([.. second.Calls.Select(c => MessagingLists.Of([c.Path, c.EventIds[0]]))]));
        return comparison.Differences;
    }

    private static async Task EndAsync(RecordingApp app, CancellationToken cancellationToken)
    {
        await MessagingWaits.UntilAsync(() => app.Calls.Any(c => c.Path == "/t"), TimeSpan.FromSeconds(5), cancellationToken);
        await app.DisposeAsync();
    }

    private static async Task ListenAsync(RecordingApp app, CancellationToken cancellationToken)
    {
        // The event in between must have failed before.
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        await app.ListenAsync(cancellationToken);
    }

    private static AppReply Answer(AppCall call) => call.Path switch
    {
        "/dapr/subscribe" => new AppReply { Body = List },
        "/dapr/config" => new AppReply { Status = 404 },
        _ => AppReply.Ok,
    };
}
