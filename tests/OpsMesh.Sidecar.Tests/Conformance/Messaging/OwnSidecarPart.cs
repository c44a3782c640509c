extern alias sidecar;

using System.Text.Json.Nodes;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>Cases of pub/sub that each had a sidecar of their own, or share one with those of the same resources.</summary>
internal sealed class OwnSidecarPart : IReplayPart
{
    private static readonly string[] Areas =
    [
        "pubsub/errors/", "pubsub/scopes/", "pubsub/size/", "pubsub/resiliency/defaults/", "pubsub/resiliency/loader/", "pubsub/resiliency/circuit-breaker-and-dead-letter/",
        "pubsub/subscribe/", "pubsub/routing/does-not-compile/", "pubsub/trace/default-config/",
    ];

    // What the application asks for where the recording tells only what came of it.
    private static readonly Dictionary<string, string> Lists = new(StringComparer.Ordinal)
    {
        ["pubsub/size/"] = """[{"pubsubname":"mem","topic":"t","route":"/t"}]""",
        ["pubsub/trace/"] = """[{"pubsubname":"mem","topic":"t","route":"/t"}]""",
        ["pubsub/resiliency/defaults/"] = """[{"pubsubname":"mem","topic":"t","route":"/t"}]""",
        ["pubsub/resiliency/loader/"] = """[{"pubsubname":"mem","topic":"t","route":"/t"}]""",
        ["pubsub/resiliency/circuit-breaker-and-dead-letter/red"] =
            """[{"pubsubname":"red","topic":"bcb","route":"/t","deadLetterTopic":"bcbq"},{"pubsubname":"red","topic":"bcbq","route":"/q"}]""",
        ["pubsub/resiliency/circuit-breaker-and-dead-letter/mem"] =
            """[{"pubsubname":"mem","topic":"bcb","route":"/t","deadLetterTopic":"bcbq"},{"pubsubname":"mem","topic":"bcbq","route":"/q"}]""",
        ["pubsub/scopes/subscribe-refused"] =
            """[{"pubsubname":"mem","topic":"ok","route":"/ok"},{"pubsubname":"mem","topic":"no","route":"/no"},{"pubsubname":"prot","topic":"p","route":"/p"}]""",
        ["pubsub/subscribe/declarative/"] = """[{"pubsubname":"mem","topic":"both","route":"/prog"}]""",
    };

    public bool Takes(RecordedCase recorded) => recorded.File is "pubsub-deliver" or "pubsub-publish" && recorded.Steps.Count > 0
        && Areas.Any(a => recorded.Name.StartsWith(a, StringComparison.Ordinal))
        && (TestRedis.IsInstalled || !recorded.Name.EndsWith("/red", StringComparison.Ordinal));

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            cases.GroupBy(KeyOf, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (group, token) => await PlayGroupAsync([.. group], told, token));

    private static string KeyOf(RecordedCase recorded) => recorded.Name.StartsWith("pubsub/subscribe/", StringComparison.Ordinal) || recorded.Name.Contains("/routing/", StringComparison.Ordinal) || recorded.Name.Contains("/resiliency/", StringComparison.Ordinal)
        ? recorded.Name
        : recorded.Setup.ToJsonString() + recorded.Name.Split('/')[1];

    private static async Task PlayGroupAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var first = cases[0];
        await using var redis = first.Name.EndsWith("/red", StringComparison.Ordinal) ? await TestRedis.StartAsync() : null;
        var isGrpc = first.Name.StartsWith("pubsub/subscribe/grpc/", StringComparison.Ordinal) || first.Name.EndsWith("/grpc-app", StringComparison.Ordinal);
        var list = ListOf(first);
        var needsApp = list is not null || first.Has("app-saw");
        await using var app = needsApp ? await RecordingApp.StartAsync(isGrpc, call => Answer(call, first, list), cancellationToken) : null;
        if (first.Steps.Any(s => s["exited"]?.ToJsonString() == "true"))
        {
            told(first, await RefusedAsync(Setup(first, folder, app, redis?.Port), cancellationToken));
            return;
        }

        await using var sidecar = await ReplaySidecar.StartAsync(Setup(first, folder, app, redis?.Port), cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        // One case has its stream only after the application got its events.
        var opensLate = first.Name.EndsWith("/grpc-app", StringComparison.Ordinal);
        List<StreamReader> streams = [];
        using var connection = redis is null ? null : await MessagingRedis.ConnectAsync(redis);
        var watch = new MessagingWatch { Redis = connection?.GetDatabase(), Http = isGrpc ? null : app, Grpc = isGrpc ? app : null, Streams = streams };
        try
        {
            if (!opensLate)
            {
                await OpenAsync(cancellationToken);
            }

            foreach (var one in cases)
            {
                await watch.BeginAsync(one, fromStart: KeyOf(one) == one.Name);
                told(one, await new Replayer(_ => sidecar, CompareAsync).PlayAsync(MessagingCases.Prepare(one), cancellationToken));
                if (streams.Count > 0)
                {
                    // Not every case looks at the stream; what it got must not count for the next.
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
                }
            }
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }

        async Task CompareAsync(OtherStep step, CancellationToken token)
        {
            await watch.CompareAsync(step, token);
            if (opensLate && step.Kind == "app-saw")
            {
                await OpenAsync(token);
            }
        }

        async Task OpenAsync(CancellationToken token)
        {
            if (cases.Any(c => c.Has("stream-saw")) && streams.Count == 0)
            {
                streams.Add(await StreamReader.OpenAsync(sidecar, "mem", first.Name.Contains("/trace/", StringComparison.Ordinal) ? "t" : "both", raw: false, token));
            }
        }
    }

    /// <summary>daprd ended at once; what it logged is Go's.</summary>
    private static async Task<IReadOnlyList<Difference>> RefusedAsync(SidecarSetup setup, CancellationToken cancellationToken)
    {
        try
        {
            await using var sidecar = await ReplaySidecar.StartAsync(setup, cancellationToken);
            return [new Difference("exited", true, false)];
        }
        catch (Exception e) when (e is Run.PlanException or OpsMesh.Yaml.YamlException)
        {
            return [];
        }
    }

    private static SidecarSetup Setup(RecordedCase recorded, ReplayFolder folder, RecordingApp? app, int? redisPort)
    {
        var appId = recorded.Setup["appId"]?.GetValue<string>() ?? AppIdOf(recorded);
        var yaml = recorded.Yaml.Length > 0 ? recorded.Yaml : recorded.Component.Length > 0 ? "mem" : "";
        var setup = MessagingYaml.Setup(appId, folder.Path, MessagingYaml.Components(yaml, redisPort), MessagingYaml.Resiliency(recorded.Setup), app, recorded.Setup["config"]?.GetValue<string>());
        var resources = new Dictionary<string, string>(setup.Resources, StringComparer.Ordinal);
        if (recorded.Setup["subscriptions"] is JsonValue subscriptions)
        {
            resources["subscriptions"] = subscriptions.GetValue<string>();
        }

        if (recorded.Setup["files"] is JsonArray files)
        {
            resources.Clear();
            for (var i = 0; i < files.Count; i++)
            {
                resources[$"file{i}"] = files[i]!.GetValue<string>();
            }
        }

        return setup with { Resources = resources };
    }

    /// <summary>As the envelopes name it.</summary>
    private static string AppIdOf(RecordedCase recorded) => recorded.Name.Split('/') switch
    {
        [_, "trace", ..] => "b-tr",
        [_, "subscribe", "declarative", ..] => "b-decl",
        [_, "subscribe", ..] => "b-sub",
        [_, "scopes", "subscribe-refused"] => "b-scope",
        [_, "errors" or "scopes" or "size", ..] => "b-e1",
        _ => "b-x",
    };

    private static string? ListOf(RecordedCase recorded)
    {
        if (recorded.Setup["match"] is JsonValue match)
        {
            var rule = new JsonObject { ["match"] = match.GetValue<string>(), ["path"] = "/hit" };
            var routes = new JsonObject { ["rules"] = new JsonArray(rule), ["default"] = "/default" };
            return new JsonArray(
                new JsonObject { ["pubsubname"] = "mem", ["topic"] = "t", ["routes"] = routes },
                new JsonObject { ["pubsubname"] = "mem", ["topic"] = "t2", ["route"] = "/t2" }).ToJsonString();
        }

        return Lists.FirstOrDefault(l => recorded.Name.StartsWith(l.Key, StringComparison.Ordinal)).Value;
    }

    private static AppReply Answer(AppCall call, RecordedCase recorded, string? list)
    {
        if (call.Path == "/dapr/subscribe" && list is not null)
        {
            return new AppReply { Body = list };
        }

        if (call.Path == "ListTopicSubscriptions" && list is not null)
        {
            return new AppReply { Body = $$"""{"subscriptions":{{list.Replace("pubsubname", "pubsubName", StringComparison.Ordinal).Replace("\"route\":\"/prog\"", "\"routes\":{\"default\":\"/prog\"}", StringComparison.Ordinal)}}}""" };
        }

        var answered = recorded.Steps.FirstOrDefault(s => s["request"] is JsonObject request && IsFor(request, call) && s["answered"] is not null)?["answered"];
        if (answered is not null)
        {
            return AppReply.From(answered);
        }

        return call.Path switch
        {
            "/dapr/subscribe" or "/dapr/config" => new AppReply { Status = 404 },
            "/t" when recorded.Name.Contains("/resiliency/", StringComparison.Ordinal) => new AppReply { Status = 500 },
            _ => AppReply.Ok,
        };
    }

    private static bool IsFor(JsonObject request, AppCall call) => request["path"]?.GetValue<string>() == call.Path
        || (request["rpc"] is JsonValue rpc && rpc.GetValue<string>() == call.Request["rpc"]?.GetValue<string>() && (call.Path == "ListTopicSubscriptions" || call.Body["entries"] is not null));
}
