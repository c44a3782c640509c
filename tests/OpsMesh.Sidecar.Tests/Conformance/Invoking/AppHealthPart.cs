using System.Net;
using OpsMesh.Sidecar.Tests.Conformance.Messaging;

namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>What becomes of calls to an application whose probes fail, and sidecars without one, of metadata-health.jsonl.</summary>
internal sealed class AppHealthPart : IReplayPart
{
    private static readonly string[] Played =
    [
        "app-health/http/status-", "app-health/http/probe-", "app-health/grpc/probe-request", "app-health/grpc/down", "app-health/grpc/unimpl", "startup/no-app-port", "shutdown/http-get",
    ];

    // More than the probes that make an application ill: the recorder waited 4.5 s.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(3.4);

    public bool Takes(RecordedCase recorded) => recorded.File == "metadata-health" && Played.Any(p => recorded.Name.StartsWith(p, StringComparison.Ordinal));

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        cases,
        new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
        async (one, token) =>
        {
            using var folder = new ReplayFolder();
            await using var app = await InvokedApp.StartAsync(token);
            await using var echo = await ProxyEcho.StartAsync(token);
            await using var mesh = await ReplayMesh.StartAsync(
                token,
                new SidecarSetup("m1", folder.Path) { Args = ["--app-port", $"{app.Port}", "--enable-app-health-check", "--app-health-probe-interval", "1", "--app-max-concurrency", "7"] },
                new SidecarSetup("g1", folder.Path) { Args = ["--app-port", $"{echo.Port}", "--app-protocol", "grpc", "--enable-app-health-check", "--app-health-probe-interval", "1", "--app-health-threshold", "2"] },
                new SidecarSetup("gcaller", folder.Path),
                new SidecarSetup("noapp", folder.Path),
                new SidecarSetup("sd2", folder.Path));
            await mesh.UntilReadyAsync(token);
            told(one, await PlayAsync(one, mesh, app, echo, token));
        });

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, ReplayMesh mesh, InvokedApp app, ProxyEcho echo, CancellationToken cancellationToken)
    {
        var name = recorded.Name.Split('/')[^1];
        if (recorded.Name.StartsWith("app-health/", StringComparison.Ordinal))
        {
            await UntilAsync(mesh, recorded.Name.Contains("/grpc/", StringComparison.Ordinal) ? "g1" : "m1", isWell: true, cancellationToken);
        }

        switch (name)
        {
            case "probe-timeout":
                app.Health = (200, TimeSpan.FromMilliseconds(800));
                await UntilAsync(mesh, "m1", isWell: false, cancellationToken);
                return [];
            case "down" or "unimpl":
                echo.HealthStatus = name == "down" ? 14 : null;
                await UntilAsync(mesh, "g1", isWell: false, cancellationToken);
                break;
            case ['s', 't', 'a', 't', 'u', 's', '-', .. var status]:
                app.Health = (int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);
                if (recorded.Steps[0]["response"]!["status"]!.GetValue<int>() == 500)
                {
                    await UntilAsync(mesh, "m1", isWell: false, cancellationToken);
                }
                else
                {
                    await Task.Delay(LongEnough, TimeProvider.System, cancellationToken);
                }

                break;
            default:
                break;
        }

        return await new InvokeSteps(mesh, app, echo).PlayAsync(recorded, cancellationToken);
    }

    private static async Task UntilAsync(ReplayMesh mesh, string appId, bool isWell, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        while ((await mesh[appId].Http.GetAsync(new Uri($"v1.0/invoke/{appId}/method/x", UriKind.Relative), either.Token)).StatusCode is var status && (status == HttpStatusCode.OK) != isWell)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, either.Token);
        }
    }
}
