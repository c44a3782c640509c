namespace OpsMesh.Bench.Harness;

/// <summary>What one round gave.</summary>
/// <param name="Operations">How many were done.</param>
/// <param name="Seconds">In how long.</param>
/// <param name="CpuSeconds">What the measured process used meanwhile, in all its threads.</param>
/// <param name="AllocatedBytes">What it allocated meanwhile; null when it cannot say.</param>
internal sealed record Sample(long Operations, double Seconds, double CpuSeconds, long? AllocatedBytes)
{
    public double Rate => Operations / Seconds;

    /// <summary>CPU microseconds of an operation: it hardly changes when something else runs beside the bench.</summary>
    public double CpuMicros => CpuSeconds * 1e6 / Operations;

    public double? BytesPerOperation => (double?)AllocatedBytes / Operations;
}
