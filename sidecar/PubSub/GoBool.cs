namespace OpsMesh.Sidecar.PubSub;

/// <summary>Truth as Go reads it from text.</summary>
internal static class GoBool
{
    /// <returns>Null when the text is neither.</returns>
    public static bool? Parse(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
