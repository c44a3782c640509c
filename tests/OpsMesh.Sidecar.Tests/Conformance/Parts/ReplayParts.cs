namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Every part of the suite. A case that none takes counts as not replayed yet.</summary>
internal static class ReplayParts
{
    public static IReadOnlyList<IReplayPart> All() =>
    [
        new StatePart("all-stores", redisDatabase: 1),
        new StatePart("no-store"),
        new StatePart("prefixes", redisDatabase: 2),
        new StatePart("prefixes-ns", redisDatabase: 2),
        new StatePart("redis-extras", redisPort: 21903),
    ];
}
