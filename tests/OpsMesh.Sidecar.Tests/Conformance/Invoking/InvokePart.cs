using OpsMesh.Sidecar.Tests.Conformance.Messaging;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Service invocation of one application by another, over both protocols, of invoke-http.jsonl.</summary>
/// <param name="prefix">The cases that share one mesh.</param>
internal sealed class InvokePart(params string[] prefix) : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.File == "invoke-http" && prefix.Any(p => recorded.Name.StartsWith(p, StringComparison.Ordinal));

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        await using var app = await InvokedApp.StartAsync(cancellationToken);
        await using var echo = await ProxyEcho.StartAsync(cancellationToken);
        await using var mesh = await ReplayMesh.StartAsync(
            cancellationToken,
            new SidecarSetup("caller", folder.Path),
            new SidecarSetup("callee", folder.Path) { Args = ["--app-port", $"{app.Port}"] },
            new SidecarSetup("gcallee", folder.Path) { Args = ["--app-port", $"{echo.Port}", "--app-protocol", "grpc"] });
        await mesh.UntilReadyAsync(cancellationToken);
        var steps = new InvokeSteps(mesh, app, echo);
        foreach (var one in cases)
        {
            await PrepareAsync(one, mesh, app, cancellationToken);
            echo.Reply = OnInvokeReplies.For(one);
            told(one, await steps.PlayAsync(one, cancellationToken));
        }
    }

    /// <summary>What the recorder did before.</summary>
    private static async Task PrepareAsync(RecordedCase recorded, ReplayMesh mesh, InvokedApp app, CancellationToken cancellationToken)
    {
        switch (recorded.Name)
        {
            case "invoke/http/fail/app-down":
                await app.PauseAsync();
                break;
            case "invoke/http/fail/app-back":
                await app.ResumeAsync(cancellationToken);
                break;
            case "invoke/http/fail/callee-daprd-killed":
                using (await mesh["callee"].Http.PostAsync(new Uri("v1.0/shutdown", UriKind.Relative), content: null, cancellationToken))
                {
                }

                break;
        }
    }
}
