using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    private const string State = "State";

    public override async Task<TValue> GetStateAsync<TValue>(
        string storeName, string key, ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return FromJson<TValue>(answer.Data);
    }

    public override async Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName, string key, ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return (FromJson<TValue>(answer.Data), answer.Etag);
    }

    public override async Task<ReadOnlyMemory<byte>> GetByteStateAsync(
        string storeName, string key, ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return answer.Data.Memory;
    }

    public override async Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(
        string storeName, string key, ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var answer = await GetAsync(storeName, key, consistencyMode, metadata, cancellationToken);
        return (answer.Data.Memory, answer.Etag);
    }

    public override async Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName, IReadOnlyList<string> keys, int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var items = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return [.. items.Select(i => new BulkStateItem(i.Key, i.Data.ToStringUtf8(), i.Etag))];
    }

    public override async Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName, IReadOnlyList<string> keys, int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        var items = await GetBulkAsync(storeName, keys, parallelism, metadata, cancellationToken);
        return [.. items.Select(i => new BulkStateItem<TValue>(i.Key, FromJson<TValue>(i.Data), i.Etag))];
    }

    private Task<Wire.GetStateResponse> GetAsync(
        string storeName, string key, ConsistencyMode? mode, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Wire.GetStateRequest { StoreName = storeName, Key = key, Consistency = mode.ToWire() };
        request.Metadata.AddAll(metadata);
        return CallAsync(State, client.GetStateAsync(request, Options(cancellationToken)));
    }

    private async Task<IEnumerable<Wire.BulkStateItem>> GetBulkAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count == 0)
        {
            throw new ArgumentException("keys do not contain any elements", nameof(keys));
        }

        var request = new Wire.GetBulkStateRequest { StoreName = storeName, Parallelism = parallelism ?? 0 };
        request.Keys.AddRange(keys);
        request.Metadata.AddAll(metadata);
        var answer = await CallAsync(State, client.GetBulkStateAsync(request, Options(cancellationToken)));
        return answer.Items;
    }
}
