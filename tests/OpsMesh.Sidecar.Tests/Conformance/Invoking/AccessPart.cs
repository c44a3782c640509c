using System.Text.Json.Nodes;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Tokens and API lists of security-limits.jsonl where calls go to an application.</summary>
internal sealed class AccessPart : IReplayPart
{
    private const string State = "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: st }\nspec: { type: state.in-memory, version: v1, metadata: [] }\nscopes: [ caller ]\n";

    public bool Takes(RecordedCase recorded) => recorded.File == "security-limits" && recorded.Name.Split('/')[0] is "token" or "api-list" && !recorded.Name.StartsWith("token/grpc/right/subscribe", StringComparison.Ordinal);

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var app = await InvokedApp.StartAsync(cancellationToken);
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        await using var mesh = await ReplayMesh.StartAsync(
            cancellationToken,
            [
                Member("caller", folder, "secret", null) with { Resources = new Dictionary<string, string> { ["st"] = State } },
                Member("callee", folder, null, "app-secret", "--app-port", $"{app.Port}"),
                Member("gcallee", folder, null, "gapp-secret", "--app-port", $"{echo.Port}", "--app-protocol", "grpc"),
                Member("both", folder, "secret", "app-secret2", "--app-port", $"{app.Port}"),
                .. Listed(cases, folder),
            ]);
        await mesh.UntilReadyAsync(cancellationToken);
        var steps = new InvokeSteps(mesh, app, echo);
        foreach (var one in cases.OrderBy(c => c.Name != "token/app/dapr-config"))
        {
            told(one, one.Name == "token/app/dapr-config" ? await PlayConfigAsync(one, app, cancellationToken) : await steps.PlayAsync(one, cancellationToken));
        }
    }

    private static SidecarSetup Member(string name, ReplayFolder folder, string? apiToken, string? appToken, params string[] args)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (apiToken is not null)
        {
            environment["DAPR_API_TOKEN"] = apiToken;
        }

        if (appToken is not null)
        {
            environment["APP_API_TOKEN"] = appToken;
        }

        return new SidecarSetup(name, folder.Path) { Args = args, Environment = environment };
    }

    private static IEnumerable<SidecarSetup> Listed(IReadOnlyList<RecordedCase> cases, ReplayFolder folder) => cases
        .Where(c => c.Setup["config"] is not null)
        .DistinctBy(c => c.Steps[0]["on"]!.GetValue<string>())
        .Select(c => new SidecarSetup(c.Steps[0]["on"]!.GetValue<string>(), folder.Path)
        {
            Config = $"apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {{ name: c }}\nspec:\n  api:\n{c.Setup["config"]!.GetValue<string>()["spec.api:\n".Length..]}",
        });

    /// <summary>The two sidecars asked at the same time, so in any order.</summary>
    private static async Task<IReadOnlyList<Difference>> PlayConfigAsync(RecordedCase recorded, InvokedApp app, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(recorded);
        JsonObject[] seen = [(await app.NextAsync(TimeSpan.FromSeconds(3), cancellationToken))!, (await app.NextAsync(TimeSpan.FromSeconds(3), cancellationToken))!];
        foreach (var (i, step) in recorded.Steps.Index())
        {
            var request = step["request"]!.AsObject();
            var mine = Array.Find(seen, s => s["headers"]!["dapr-app-id"]!.GetValue<string>() == request["headers"]!["dapr-app-id"]!.GetValue<string>());
            comparison.Compare($"steps[{i}].request", InvokeSteps.Contract(request, []), mine is null ? null : InvokeSteps.Contract(mine, []));
        }

        return comparison.Differences;
    }
}
