namespace OpsMesh.Bench.Harness;

/// <summary>How long and how often.</summary>
internal sealed record Schedule(int Rounds, TimeSpan WarmUp, TimeSpan Length, bool IsQuick)
{
    public static Schedule Full { get; } = new(7, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(2), IsQuick: false);

    /// <summary>For a look while changing something: all of a bench within a minute, at the price of more noise.</summary>
    public static Schedule Quick { get; } = new(3, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.5), IsQuick: true);
}
