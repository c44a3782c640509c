using System.Globalization;

namespace OpsMesh.Sidecar.State;

/// <summary>Reads <c>ttlInSeconds</c> as daprd's SQL stores do.</summary>
internal static class StateTtl
{
    private const string Bad = "error parsing TTL: incorrect value for metadata 'ttlInSeconds': ";

    /// <returns>Null: the item does not expire.</returns>
    public static long? Seconds(StateOperation operation)
    {
        if (operation.IsDelete || string.IsNullOrEmpty(operation.Ttl))
        {
            return null;
        }

        if (!long.TryParse(operation.Ttl, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            throw new StateStoreException($"{Bad}strconv.ParseInt: parsing \"{operation.Ttl}\": {GoNumbers.Problem(operation.Ttl)}");
        }

        if (seconds is < -1 or > int.MaxValue)
        {
            throw new StateStoreException(Bad + "must be -1 or greater");
        }

        return seconds > 0 ? seconds : null;
    }
}
