namespace OpsMesh.Bench.Harness;

/// <summary>
/// Warms every contestant up, then lets them run in turn, round by round: what disturbs the machine for a while disturbs all of them, and
/// the ratio of their medians stays.
/// </summary>
internal sealed class RoundRobin(Schedule schedule, Progress progress)
{
    public async Task<IReadOnlyDictionary<string, Series>> RunAsync(
        string what, IReadOnlyList<IContestant> contestants, CancellationToken cancellationToken)
    {
        foreach (var contestant in contestants)
        {
            progress.Say($"{what}: warming {contestant.Name} up for {schedule.WarmUp.TotalSeconds:0.#} s");
            await contestant.RunAsync(schedule.WarmUp, cancellationToken);
        }

        var samples = contestants.ToDictionary(contestant => contestant.Name, _ => new List<Sample>());
        for (var round = 0; round < schedule.Rounds; round++)
        {
            // Each takes the first place in turn, so none always runs after the same neighbour.
            for (var place = 0; place < contestants.Count; place++)
            {
                var contestant = contestants[(place + round) % contestants.Count];
                var sample = await contestant.RunAsync(schedule.Length, cancellationToken);
                samples[contestant.Name].Add(sample);
                progress.Say(
                    $"{what}: round {round + 1}/{schedule.Rounds}, {contestant.Name}: {Figures.Of(sample.Rate)}/s, {sample.CpuMicros:0.00} us CPU each");
            }
        }

        return samples.ToDictionary(pair => pair.Key, pair => new Series(pair.Value));
    }
}
