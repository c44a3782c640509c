using System.Collections.Concurrent;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Puts every recorded case into one class and plays those that must run.</summary>
internal sealed class ConformanceSuite(IReadOnlyList<IReplayPart> parts, OutOfScope outOfScope, Deviations deviations, SuiteOptions options)
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<string, CaseOutcome> _outcomes = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<CaseOutcome>> RunAsync(IReadOnlyList<RecordedCase> all, CancellationToken cancellationToken)
    {
        var cases = all.Where(options.Selects).ToArray();
        var work = parts.Select(part => (Part: part, Cases: new List<RecordedCase>())).ToArray();
        foreach (var recorded in cases)
        {
            if (outOfScope.AreaOf(recorded) is not null)
            {
                Conclude(recorded, CaseClass.OutOfScope);
            }
            else if (recorded.Took > Slow && !options.WithSlow)
            {
                Conclude(recorded, CaseClass.Slow);
            }
            else if (Array.Find(work, w => w.Part.Takes(recorded)) is { Part: not null } taker)
            {
                taker.Cases.Add(recorded);
            }
            else
            {
                Conclude(recorded, CaseClass.NotReplayed, deviations.Lists(recorded) ? "sidecar/deviations.json lists it, but nothing plays it" : null);
            }
        }

        // Most of the time a case waits for something; so more of them at a time than there are cores.
        var together = new ParallelOptions { MaxDegreeOfParallelism = 2 * Math.Max(2, Environment.ProcessorCount), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(work.Where(w => w.Cases.Count > 0), together, async (w, token) => await PlayAsync(w.Part, w.Cases, token));
        return [.. cases.Select(c => _outcomes[c.Name])];
    }

    private async Task PlayAsync(IReplayPart part, List<RecordedCase> cases, CancellationToken cancellationToken)
    {
        var problem = $"{part.GetType().Name} did not play it";
        try
        {
            await part.PlayAsync(cases, Tell, cancellationToken);
        }
#pragma warning disable CA1031 // One part that breaks must not hide what the others found; its cases fail.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            problem = $"{part.GetType().Name} broke: {e}";
        }

        foreach (var left in cases.Where(c => !_outcomes.ContainsKey(c.Name)))
        {
            Conclude(left, CaseClass.Failed, problem);
        }
    }

    private void Tell(RecordedCase recorded, IReadOnlyList<Difference> differences)
    {
        if (deviations.Lists(recorded))
        {
            var problem = deviations.Check(recorded, differences);
            Conclude(recorded, problem is null ? CaseClass.Deviation : CaseClass.Failed, problem, differences);
        }
        else
        {
            Conclude(recorded, differences.Count == 0 ? CaseClass.Passed : CaseClass.Failed, differences.Count == 0 ? null : differences[0].ToString(), differences);
        }
    }

    private void Conclude(RecordedCase recorded, CaseClass kind, string? problem = null, IReadOnlyList<Difference>? differences = null)
    {
        if (!_outcomes.TryAdd(recorded.Name, new CaseOutcome(recorded, kind, problem, differences ?? [])))
        {
            throw new InvalidOperationException($"{recorded.Name} was told twice.");
        }
    }
}
