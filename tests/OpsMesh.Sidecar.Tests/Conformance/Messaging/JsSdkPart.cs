using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>The publish calls of the JavaScript SDK, and its servers as subscribers, as they were on the wire.</summary>
/// <param name="side">http-client, grpc-client, http-server or grpc-server.</param>
internal sealed class JsSdkPart(string side) : IReplayPart
{
    private readonly string _prefix = $"pubsub/js-sdk/{side}/";

    public bool Takes(RecordedCase recorded) => recorded.Name.StartsWith(_prefix, StringComparison.Ordinal);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var (isServer, isGrpc) = (side.EndsWith("server", StringComparison.Ordinal), side.StartsWith("grpc", StringComparison.Ordinal));
        var answers = cases.SelectMany(c => c.Steps).Where(s => s["answered"] is not null).ToArray();
        await using var app = isServer ? await RecordingApp.StartAsync(isGrpc, Answer, cancellationToken) : null;
        await using var sidecar = await ReplaySidecar.StartAsync(MessagingYaml.Setup(isServer ? "b-sdksrv" : "b-sdk", folder.Path, MessagingYaml.InMemory("mem"), app: app), cancellationToken);
        await MessagingWaits.UntilReadyAsync(sidecar, cancellationToken);
        var watch = new MessagingWatch { Http = isGrpc ? null : app, Grpc = isGrpc ? app : null };
        foreach (var one in cases)
        {
            await watch.BeginAsync(one, fromStart: one.Name.EndsWith("/startup", StringComparison.Ordinal));
            told(one, await new Replayer(_ => sidecar, watch.CompareAsync).PlayAsync(MessagingCases.Prepare(one), cancellationToken));
        }

        AppReply Answer(AppCall call) => answers.FirstOrDefault(a => IsFor(a["request"]!.AsObject(), call)) is { } answer ? AppReply.From(answer["answered"]) : AppReply.Ok;
    }

    /// <summary>A route answers alike to all of its events.</summary>
    private static bool IsFor(JsonObject request, AppCall call)
    {
        if (request["rpc"]?.GetValue<string>().EndsWith("/ListTopicSubscriptions", StringComparison.Ordinal) == true)
        {
            return call.Path == "ListTopicSubscriptions";
        }

        return (request["path"] ?? request["message"]?["path"])?.GetValue<string>() == call.Path;
    }
}
