namespace OpsMesh.Bench.Harness;

/// <summary>Something that runs and can be loaded for a while: ours, or the peer beside it.</summary>
internal interface IContestant
{
    string Name { get; }

    Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken);
}
