extern alias sidecar;

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;
using PlanException = sidecar::OpsMesh.Sidecar.Hosting.PlanException;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>How a sidecar reaches its application: protocol, address and how much at a time, of security-limits.jsonl; and HTTP/1.1 where HTTP/2 is spoken.</summary>
internal sealed class AppChannelPart : IReplayPart
{
    private const string State = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: st }\nspec: { type: state.in-memory, version: v1, metadata: [] }\nscopes: [ srv ]\n";

    public bool Takes(RecordedCase recorded) => recorded.File == "security-limits"
        && (recorded.Name.Split('/')[0] is "app-max-concurrency" or "app-protocol" or "app-channel-address" || recorded.Name is "server/grpc/http1" or "server/h2c-upgrade");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var app = await InvokedApp.StartAsync(cancellationToken);
        await using var h2c = await InvokedApp.StartAsync(cancellationToken, HttpProtocols.Http2);
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        SidecarSetup Member(string name, int port, params string[] more) => new(name, folder.Path) { Args = ["--app-port", $"{port}", .. more] };
        await using var mesh = await ReplayMesh.StartAsync(
            cancellationToken,
            new SidecarSetup("caller", folder.Path),
            new SidecarSetup("srv", folder.Path) { Resources = new Dictionary<string, string> { ["st"] = State } },
            Member("callee", app.Port, "--app-max-concurrency", "1"),
            Member("gcallee", echo.Port, "--app-protocol", "grpc", "--app-max-concurrency", "1"),
            Member("h2capp", h2c.Port, "--app-protocol", "h2c"),
            Member("h2cbad", app.Port, "--app-protocol", "h2c"),
            Member("addr", app.Port, "--app-channel-address", "localhost"),
            Member("addr2", app.Port, "--app-channel-address", "127.0.0.9"));
        await mesh.UntilReadyAsync(cancellationToken, "caller", "srv", "callee", "gcallee", "h2capp", "h2cbad", "addr");
        var steps = new InvokeSteps(mesh, app, echo);
        var h2cSteps = new InvokeSteps(mesh, h2c, echo, keepsSeen: true);
        foreach (var one in cases)
        {
            told(one, one.Name switch
            {
                "server/grpc/http1" => await ToGrpcPortAsync(one, mesh["srv"], cancellationToken),
                "app-protocol/invalid" => Refused(one, folder),
                "app-protocol/h2c" => await h2cSteps.PlayAsync(one, cancellationToken),
                _ when one.Name.StartsWith("app-max-concurrency/", StringComparison.Ordinal) && one.Steps.Count > 1 => await TogetherAsync(one, steps, cancellationToken),
                _ => await steps.PlayAsync(one, cancellationToken),
            });
        }
    }

    /// <summary>Three calls of half a second each: one after the other where the limit holds.</summary>
    private static async Task<IReadOnlyList<Difference>> TogetherAsync(RecordedCase recorded, InvokeSteps steps, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        var took = await steps.PlayTogetherAsync(recorded, comparison, cancellationToken);
        var arrivals = recorded.Steps[^1]["appArrivalsMs"]!.AsArray().Select(a => a!.GetValue<int>()).ToArray();
        comparison.Compare($"steps[{recorded.Steps.Count - 1}].oneAfterTheOther", arrivals.Max() > 900, JsonValue.Create(took > TimeSpan.FromMilliseconds(1_400)));
        return comparison.Differences;
    }

    /// <summary>The recorder's client could make nothing of the answer.</summary>
    private static async Task<IReadOnlyList<Difference>> ToGrpcPortAsync(RecordedCase recorded, ReplaySidecar sidecar, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        var answer = await RawHttp.SendAsync(sidecar.GrpcPort, recorded.Steps[0]["request"]!.AsObject(), leaveAfter: null, cancellationToken);
        comparison.Compare("steps[0].response.status", null, answer?.Status);
        return comparison.Differences;
    }

    private static List<Difference> Refused(RecordedCase recorded, ReplayFolder folder)
    {
        var comparison = new Comparison(recorded);
        var hasEnded = false;
        try
        {
            _ = ReplaySidecar.Plan(new SidecarSetup("badproto", folder.Path) { Args = recorded.Setup["flags"]!.GetValue<string>().Split(' ') }, 1, 2);
        }
        catch (PlanException)
        {
            hasEnded = true;
        }

        comparison.Compare("steps[0].exit.code", recorded.Steps[0]["exit"]!["code"], hasEnded ? 1 : 0);
        return comparison.Differences;
    }
}
