namespace OpsMesh.Bench.Harness;

/// <summary>Median, least and most of one figure over the rounds.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return new(Statistics.Median(all), all.Min(), all.Max());
    }
}
