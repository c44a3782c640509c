namespace OpsMesh.Bench.Harness;

internal static class Statistics
{
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length switch
        {
            0 => throw new ArgumentException("There is no median of nothing.", nameof(values)),
            var count when count % 2 == 1 => sorted[count / 2],
            var count => (sorted[(count / 2) - 1] + sorted[count / 2]) / 2,
        };
    }
}
