namespace OpsMesh.Bench.Subjects.Stating;

/// <summary>The same operations on the same keys and values, by different ways.</summary>
internal interface IStateAccess : IAsyncDisposable
{
    Task SaveAsync(string key, byte[] value);

    Task<int> GetAsync(string key);

    /// <summary>All keys or none.</summary>
    Task SaveTogetherAsync(IReadOnlyList<string> keys, byte[] value);
}
