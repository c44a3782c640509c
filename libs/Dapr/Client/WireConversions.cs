using Google.Protobuf;
using Google.Protobuf.Collections;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal static class WireConversions
{
    public static Wire.StateOptions.Types.StateConsistency ToWire(this ConsistencyMode? mode) => mode switch
    {
        null => Wire.StateOptions.Types.StateConsistency.ConsistencyUnspecified,
        ConsistencyMode.Eventual => Wire.StateOptions.Types.StateConsistency.ConsistencyEventual,
        ConsistencyMode.Strong => Wire.StateOptions.Types.StateConsistency.ConsistencyStrong,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown consistency mode."),
    };

    public static Wire.StateOptions? ToWire(this StateOptions? options) => options is null
        ? null
        : new Wire.StateOptions { Consistency = options.Consistency.ToWire(), Concurrency = options.Concurrency.ToWire() };

    public static Wire.StateItem ToWire(
        string key, ByteString? value, string? etag, StateOptions? options, IReadOnlyDictionary<string, string>? metadata)
    {
        var item = new Wire.StateItem { Key = key, Options = options.ToWire() };
        if (value is not null)
        {
            item.Value = value;
        }

        if (etag is not null)
        {
            item.Etag = new Wire.Etag { Value = etag };
        }

        item.Metadata.AddAll(metadata);
        return item;
    }

    public static ConfigurationItem FromWire(Wire.ConfigurationItem item) => new(item.Value, item.Version, item.Metadata);

    public static Wire.TryLockRequest ToLock(string storeName, string resourceId, string lockOwner, int expiryInSeconds)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentException.ThrowIfNullOrEmpty(lockOwner);
        return expiryInSeconds > 0
            ? new Wire.TryLockRequest { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner, ExpiryInSeconds = expiryInSeconds }
            : throw new ArgumentException($"The value cannot be zero or less than zero: {expiryInSeconds}", nameof(expiryInSeconds));
    }

    public static Wire.UnlockRequest ToUnlock(string storeName, string resourceId, string lockOwner)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(resourceId);
        ArgumentException.ThrowIfNullOrEmpty(lockOwner);
        return new Wire.UnlockRequest { StoreName = storeName, ResourceId = resourceId, LockOwner = lockOwner };
    }

    public static void AddAll(this MapField<string, string> map, IReadOnlyDictionary<string, string>? entries)
    {
        foreach (var (name, value) in entries ?? new Dictionary<string, string>())
        {
            map.Add(name, value);
        }
    }

    private static Wire.StateOptions.Types.StateConcurrency ToWire(this ConcurrencyMode? mode) => mode switch
    {
        null => Wire.StateOptions.Types.StateConcurrency.ConcurrencyUnspecified,
        ConcurrencyMode.FirstWrite => Wire.StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite,
        ConcurrencyMode.LastWrite => Wire.StateOptions.Types.StateConcurrency.ConcurrencyLastWrite,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown concurrency mode."),
    };
}
