namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>Texts whose end is the work of Go's library or of a driver: they are compared up to there (recorded/state.md).</summary>
internal static class GoTexts
{
    // Where such words begin. What stands before them is daprd's own and must be the same.
    private static readonly string[] Beginnings = ["strconv.", "ERR ", "dial tcp ", "read tcp ", "write tcp ", "json: ", "invalid character ", "mapstructure", "'' expected a map", "ERROR: ", "proto:", "WRONGTYPE ", "error parsing data: ", "invalid baggage list-member", "Get \"http", "Post \"http", "parse \"http"];

    public static bool AreAlike(string recorded, string here)
    {
        var start = Beginnings.Select(b => recorded.IndexOf(b, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        return start >= 0 && here.Length > start && here.AsSpan(0, start).SequenceEqual(recorded.AsSpan(0, start));
    }
}
