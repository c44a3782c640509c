namespace OpsMesh.Bench.Harness;

/// <summary>Some figures that are measured together.</summary>
internal interface ICase
{
    string Name { get; }

    Task<IReadOnlyList<Result>> RunAsync(CancellationToken cancellationToken);
}
