namespace OpsMesh.Sidecar.State;

/// <summary>Why a text is no number, in Go's words: callers compare them.</summary>
internal static class GoNumbers
{
    public static string Problem(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') ? "value out of range" : "invalid syntax";
    }
}
