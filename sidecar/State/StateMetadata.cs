using System.Globalization;

namespace OpsMesh.Sidecar.State;

/// <summary>What the answer to a read tells beside the value.</summary>
internal static class StateMetadata
{
    private const string ExpiryName = "ttlExpireTime";

    public static IEnumerable<(string Name, string Value)> Of(StoredState state)
    {
        if (state.ExpiresAt is { } expiry)
        {
            yield return (ExpiryName, expiry.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }
    }
}
