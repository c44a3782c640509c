namespace OpsMesh.Bench.Harness;

/// <summary>The rounds of one contestant.</summary>
internal sealed class Series(IReadOnlyList<Sample> samples)
{
    public Spread Rate => Spread.Of(samples.Select(sample => sample.Rate));

    public Spread CpuMicros => Spread.Of(samples.Select(sample => sample.CpuMicros));

    /// <exception cref="InvalidOperationException">The contestant does not count its allocations.</exception>
    public Spread BytesPerOperation => Spread.Of(samples.Select(
        sample => sample.BytesPerOperation ?? throw new InvalidOperationException("Allocations were not counted.")));
}
