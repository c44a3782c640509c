namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>The state API on one set-up of state.jsonl.</summary>
internal sealed class StatePart(string setup) : IReplayPart
{
    public bool Takes(RecordedCase recorded) =>
        recorded.File == "state" && recorded.Yaml == setup && recorded.Component is "" or "state.in-memory" or "state.sqlite" && !recorded.Has("observe");

    public async Task PlayAsync(IReadOnlyList<RecordedCase> cases, Action<RecordedCase, IReadOnlyList<Difference>> told, CancellationToken cancellationToken)
    {
        using var folder = new ReplayFolder();
        var recorded = SidecarSetup.Named(setup, folder.Path);
        var built = recorded.Resources.Where(r => r.Value.Contains("in-memory", StringComparison.Ordinal) || r.Value.Contains("state.sqlite", StringComparison.Ordinal));
        await using var sidecar = await ReplaySidecar.StartAsync(recorded with { Resources = built.ToDictionary(StringComparer.Ordinal) }, cancellationToken);
        var replayer = new Replayer(_ => sidecar);
        // In order, because some read what others wrote; those that wait for a time to live side by side.
        foreach (var one in cases.Where(c => !c.Has("wait")))
        {
            told(one, await replayer.PlayAsync(one, cancellationToken));
        }

        await Parallel.ForEachAsync(
            cases.Where(c => c.Has("wait")),
            new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellationToken },
            async (one, token) => told(one, await replayer.PlayAsync(one, token)));
    }
}
