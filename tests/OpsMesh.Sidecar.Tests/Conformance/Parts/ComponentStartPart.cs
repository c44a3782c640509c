extern alias sidecar;

using System.Text.Json.Nodes;
using OpsMesh.Yaml;
using PlanException = sidecar::OpsMesh.Sidecar.Hosting.PlanException;

namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Components that cannot start: whether the sidecar goes on without them or ends. What it logs is its own affair.</summary>
internal sealed class ComponentStartPart : IReplayPart
{
    public bool Takes(RecordedCase recorded) =>
        // Two need a redis on its default port; of the third the recorder kept a part of the answer only.
        recorded.Name is not ("startup/component/missing-required" or "startup/start-missing-metadata" or "startup/start-ignore") && ((recorded.File == "metadata-health" && (recorded.Name.StartsWith("startup/component/", StringComparison.Ordinal) || recorded.Name == "startup/duplicate-component"))
        || (recorded.File == "state-failure" && recorded.Yaml.StartsWith("fail-start", StringComparison.Ordinal)));

    public Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        cases,
        new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
        async (one, token) => told(one, await PlayAsync(one, token)));

    private static async Task<IReadOnlyList<Difference>> PlayAsync(RecordedCase recorded, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        ReplaySidecar? sidecar = null;
        try
        {
            try
            {
                sidecar = await ReplaySidecar.StartAsync(Setup(recorded, folder.Path), cancellationToken);
                _ = await sidecar.Http.GetAsync(new Uri("v1.0/healthz/outbound", UriKind.Relative), cancellationToken);
            }
            catch (Exception e) when (e is PlanException or YamlException)
            {
                // It ends with code 1.
            }

            return await new Replayer(_ => sidecar, (step, _) => ObserveAsync(step, sidecar is null)).PlayAsync(recorded, cancellationToken);
        }
        finally
        {
            if (sidecar is not null)
            {
                await sidecar.DisposeAsync();
            }
        }
    }

    private static SidecarSetup Setup(RecordedCase recorded, string folder)
    {
        if (recorded.File == "state-failure")
        {
            return SidecarSetup.Named(recorded.Yaml, folder);
        }

        var name = recorded.Name.Split('/')[^1];
        var yaml = recorded.Name == "startup/duplicate-component"
            ? "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: st }\nspec: { type: state.in-memory, version: v1 }\n---\napiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: st }\nspec: { type: state.in-memory, version: v1 }\n"
            : $"apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: c }}\n{recorded.Yaml}\n";
        return new SidecarSetup("bad" + name.Replace("-", "", StringComparison.Ordinal), folder) { Resources = new Dictionary<string, string> { ["c"] = yaml } };
    }

    private static Task ObserveAsync(OtherStep step, bool hasEnded)
    {
        var recorded = step.Step["exited"] switch
        {
            JsonObject exited => exited["code"]!.GetValue<int>() != 0,
            JsonValue value => value.GetValue<bool>(),
            _ => false,
        };
        step.Comparison.Compare($"{step.Path}.exited", recorded, JsonValue.Create(hasEnded));
        return Task.CompletedTask;
    }
}
