using Google.Protobuf.Collections;

namespace OpsMesh.Sidecar.Rpc;

/// <summary>A protobuf map as the dictionary that the rest of the sidecar reads.</summary>
internal static class WireMaps
{
    public static IReadOnlyDictionary<string, string> AsReadOnly(this MapField<string, string> map)
    {
        var copy = new Dictionary<string, string>(map.Count, StringComparer.Ordinal);
        foreach (var (name, value) in map)
        {
            copy[name] = value;
        }

        return copy;
    }
}
