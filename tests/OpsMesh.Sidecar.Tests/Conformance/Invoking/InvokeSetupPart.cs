namespace OpsMesh.Sidecar.Tests.Conformance.Invoking;

/// <summary>Invocation under policies and of HTTPEndpoints, of invoke-http.jsonl: each set of resources has a mesh of its own.</summary>
internal sealed class InvokeSetupPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) => recorded.File == "invoke-http" && recorded.Yaml.Length > 0;

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(cases.GroupBy(c => c.Yaml), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancellationToken }, async (group, token) =>
        {
            using var folder = new ReplayFolder();
            await using var app = await InvokedApp.StartAsync(token);
            var caller = group.First().Steps[0]["on"]!.GetValue<string>();
            var yaml = group.Key.Replace("127.0.0.1:23330", $"127.0.0.1:{app.Port}", StringComparison.Ordinal);
            await using var mesh = await ReplayMesh.StartAsync(
                token,
                new SidecarSetup(caller, folder.Path) { Resources = new Dictionary<string, string> { ["resources"] = yaml } },
                new SidecarSetup("callee", folder.Path) { Args = ["--app-port", $"{app.Port}"] });
            await mesh.UntilReadyAsync(token);
            var steps = new InvokeSteps(mesh, app);
            foreach (var one in group)
            {
                told(one, await steps.PlayAsync(one, token));
            }
        });
}
