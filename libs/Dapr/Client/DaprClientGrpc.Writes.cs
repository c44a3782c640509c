using Google.Protobuf;
using Grpc.Core;
using Wire = Dapr.Client.Autogen.Grpc.v1;

namespace Dapr.Client;

internal sealed partial class DaprClientGrpc
{
    public override Task SaveStateAsync<TValue>(
        string storeName, string key, TValue value, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default) =>
        SaveAsync(storeName, key, ToJson(value), etag: null, stateOptions, metadata, cancellationToken);

    public override Task SaveByteStateAsync(
        string storeName, string key, ReadOnlyMemory<byte> binaryValue, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default) =>
        SaveAsync(storeName, key, ByteString.CopyFrom(binaryValue.Span), etag: null, stateOptions, metadata, cancellationToken);

    public override Task<bool> TrySaveStateAsync<TValue>(
        string storeName, string key, TValue value, string etag, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        // Not checked for empty: an empty ETag means that the key is to be made, and the official client lets it pass.
        ArgumentNullException.ThrowIfNull(etag);
        return SaveAsync(storeName, key, ToJson(value), etag, stateOptions, metadata, cancellationToken);
    }

    public override Task<bool> TrySaveByteStateAsync(
        string storeName, string key, ReadOnlyMemory<byte> binaryValue, string etag, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return SaveAsync(storeName, key, ByteString.CopyFrom(binaryValue.Span), etag, stateOptions, metadata, cancellationToken);
    }

    public override Task SaveBulkStateAsync<TValue>(
        string storeName, IReadOnlyList<SaveStateItem<TValue>> items, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
        {
            throw new ArgumentException("items do not contain any elements", nameof(items));
        }

        var request = new Wire.SaveStateRequest { StoreName = storeName };
        request.States.AddRange(items.Select(i => WireConversions.ToWire(i.Key, ToJson(i.Value), i.ETag, i.StateOptions, i.Metadata)));
        return CallAsync(State, client.SaveStateAsync(request, Options(cancellationToken)));
    }

    public override Task DeleteBulkStateAsync(
        string storeName, IReadOnlyList<BulkDeleteStateItem> items, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(items);
        var request = new Wire.DeleteBulkStateRequest { StoreName = storeName };
        request.States.AddRange(items.Select(i => WireConversions.ToWire(i.Key, value: null, i.ETag, i.StateOptions, i.Metadata)));
        return CallAsync(State, client.DeleteBulkStateAsync(request, Options(cancellationToken)));
    }

    public override Task DeleteStateAsync(
        string storeName, string key, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default) =>
        DeleteAsync(storeName, key, etag: null, stateOptions, metadata, cancellationToken);

    public override Task<bool> TryDeleteStateAsync(
        string storeName, string key, string etag, StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(etag);
        return DeleteAsync(storeName, key, etag, stateOptions, metadata, cancellationToken);
    }

    public override Task ExecuteStateTransactionAsync(
        string storeName, IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentNullException.ThrowIfNull(operations);
        if (operations.Count == 0)
        {
            throw new ArgumentException("operations do not contain any elements", nameof(operations));
        }

        var request = new Wire.ExecuteStateTransactionRequest { StoreName = storeName };
        request.Operations.AddRange(operations.Select(ToOperation));
        request.Metadata.AddAll(metadata);
        return CallAsync(State, client.ExecuteStateTransactionAsync(request, Options(cancellationToken)));
    }

    private async Task<bool> SaveAsync(
        string storeName,
        string key,
        ByteString value,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Wire.SaveStateRequest
        {
            StoreName = storeName,
            States = { WireConversions.ToWire(key, value, etag, options, metadata) },
        };
        using var call = client.SaveStateAsync(request, Options(cancellationToken));
        return await SucceedsUnlessRacedAsync(call, etag);
    }

    private async Task<bool> DeleteAsync(
        string storeName,
        string key,
        string? etag,
        StateOptions? options,
        IReadOnlyDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(storeName);
        ArgumentException.ThrowIfNullOrEmpty(key);
        var request = new Wire.DeleteStateRequest { StoreName = storeName, Key = key, Options = options.ToWire() };
        if (etag is not null)
        {
            request.Etag = new Wire.Etag { Value = etag };
        }

        request.Metadata.AddAll(metadata);
        using var call = client.DeleteStateAsync(request, Options(cancellationToken));
        return await SucceedsUnlessRacedAsync(call, etag);
    }

    private static async Task<bool> SucceedsUnlessRacedAsync<T>(AsyncUnaryCall<T> call, string? etag)
    {
        try
        {
            await call.ResponseAsync;
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Aborted && etag is not null)
        {
            return false;
        }
        catch (RpcException e)
        {
            throw Failed(State, e);
        }
    }

    private static Wire.TransactionalStateOperation ToOperation(StateTransactionRequest operation)
    {
        var value = operation.Value is null ? null : ByteString.CopyFrom(operation.Value);
        return new Wire.TransactionalStateOperation
        {
            OperationType = operation.OperationType == StateOperationType.Delete ? "delete" : "upsert",
            Request = WireConversions.ToWire(operation.Key, value, operation.ETag, operation.Options, operation.Metadata),
        };
    }
}
