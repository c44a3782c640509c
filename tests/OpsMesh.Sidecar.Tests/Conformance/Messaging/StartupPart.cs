namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>What an application is asked when its sidecar starts, and what becomes of one that answers late, badly or not at all (pubsub/startup).</summary>
internal sealed class StartupPart : IReplayPart
{
    private const string Prefix = "pubsub/startup/";
    private const string List = """[{"pubsubname":"mem","topic":"t","route":"/t"}]""";

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith(Prefix, StringComparison.Ordinal) && recorded.File == "pubsub-deliver";

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (one, token) => told(one, await PlayAsync(one, token)));

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var name = recorded.Name[Prefix.Length..];
        var asked = 0;
        await using var app = RecordingApp.Create(isGrpc: false, call => Answer(call, name, () => Interlocked.Increment(ref asked)));
        if (name != "late-app")
        {
            await app.ListenAsync(cancellationToken);
        }

        var yaml = name == "no-pubsub-component" ? "" : MessagingYaml.InMemory("mem");
        var setup = MessagingYaml.Setup(name == "late-app" ? "b-late" : "b-x", folder.Path, yaml, app: app);
        await using var sidecar = await ReplaySidecar.StartAsync(setup with { Args = [.. setup.Args, .. ArgsOf(name)] }, cancellationToken);
        var watch = new MessagingWatch { Http = app };
        await watch.BeginAsync(recorded, fromStart: true);
        if (name == "late-app")
        {
            // The application came in the middle of the wait; what it then was asked is the next step.
            return await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(WithListen(recorded, app)), cancellationToken);
        }

        // An application that is not healthy never gets ready.
        if (!name.EndsWith("and-health", StringComparison.Ordinal))
        {
            await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        }

        var differences = await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(recorded), cancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        return [.. differences, .. Unasked(recorded, app)];
    }

    /// <summary>Where the requests are all that was recorded, there are no others.</summary>
    private static IEnumerable<Difference> Unasked(RecordedCase recorded, RecordingApp app)
    {
        var expected = recorded.Steps.Where(s => s["request"]?["path"]?.GetValue<string>().StartsWith("/dapr/", StringComparison.Ordinal) == true).Select(s => s["request"]!["path"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        return recorded.Has("timing") ? [] : app.Calls.Where(c => c.Path.StartsWith("/dapr/", StringComparison.Ordinal) && !expected.Contains(c.Path)).Select(c => new Difference("asked", null, c.Path));
    }

    private static RecordedCase WithListen(RecordedCase recorded, RecordingApp app)
    {
        _ = Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System).ContinueWith(_ => app.ListenAsync(CancellationToken.None), TaskScheduler.Default);
        return recorded;
    }

    private static IEnumerable<string> ArgsOf(string name) => name switch
    {
        "disable-init-endpoints-subscribe" => ["--disable-init-endpoints", "subscribe"],
        "order-with-binding-and-health" or "order-with-binding-and-healthy" => ["--enable-app-health-check", "--app-health-probe-interval", "1"],
        _ => [],
    };

    private static AppReply Answer(AppCall call, string name, Func<int> next) => (call.Path, name) switch
    {
        ("/dapr/subscribe", "subscribe-endpoint-cut-3-times") when next() <= 3 => new AppReply { CutsConnection = true },
        ("/dapr/subscribe", "subscribe-endpoint-cut-always") => new AppReply { CutsConnection = true },
        ("/dapr/subscribe", "subscribe-endpoint-slow-2s") => new AppReply { Body = List, Delay = TimeSpan.FromSeconds(2) },
        ("/dapr/subscribe", "order-with-binding" or "order-with-binding-and-healthy") => new AppReply { Body = "[]" },
        ("/dapr/subscribe", _) => new AppReply { Body = List },
        ("/healthz", "order-with-binding-and-healthy") => AppReply.Ok,
        ("/dapr/config" or "/healthz", _) => new AppReply { Status = 404 },
        _ => AppReply.Ok,
    };
}
