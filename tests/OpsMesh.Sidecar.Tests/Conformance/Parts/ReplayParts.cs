namespace OpsMesh.Sidecar.Tests.Conformance.Parts;

/// <summary>Every part of the suite. A case that none takes counts as not replayed yet.</summary>
internal static class ReplayParts
{
    public static IReadOnlyList<IReplayPart> All() =>
    [
        new StatePart("all-stores"),
        new StatePart("no-store"),
    ];
}
