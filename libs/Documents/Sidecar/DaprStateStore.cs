using System.Globalization;
using System.Text;
using Dapr;
using Dapr.Client;
using Grpc.Core;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore.Sidecar;

/// <summary>The state store behind the sidecar.</summary>
internal sealed class DaprStateStore(DaprClient dapr, IOptions<DocumentsOptions> options, TimeProvider clock) : IStateStore
{
    private const int ReadParallelism = 8;

    private readonly DocumentsOptions _options = options.Value;

    public Task<StoredState?> GetAsync(string key, CancellationToken cancellationToken) => CallAsync(
        async limit =>
        {
            var (value, etag) = await dapr.GetByteStateAndETagAsync(_options.StateStore, key, cancellationToken: limit);
            return string.IsNullOrEmpty(etag) ? null : new StoredState(key, value, etag);
        },
        cancellationToken);

    public Task<IReadOnlyList<StoredState>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) => CallAsync(
        async limit =>
        {
            if (keys.Count == 0)
            {
                return [];
            }

            var items = await dapr.GetBulkStateAsync(_options.StateStore, keys, ReadParallelism, cancellationToken: limit);
            return (IReadOnlyList<StoredState>)[.. items
                .Where(item => !string.IsNullOrEmpty(item.ETag))
                .Select(item => new StoredState(item.Key, Encoding.UTF8.GetBytes(item.Value), item.ETag))];
        },
        cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken) => CallAsync(
        async limit =>
        {
            await dapr.ExecuteStateTransactionAsync(_options.StateStore, [.. writes.Select(ToRequest)], cancellationToken: limit);
            return true;
        },
        cancellationToken);

    private static StateTransactionRequest ToRequest(StateWrite write) => new(
        write.Key,
        write.Json,
        write.Json is null ? StateOperationType.Delete : StateOperationType.Upsert,
        write.ETag,
        write.TimeToLive is { } life ? new Dictionary<string, string> { ["ttlInSeconds"] = Seconds(life) } : null,
        write.Guard == WriteGuard.None ? null : new StateOptions { Concurrency = ConcurrencyMode.FirstWrite });

    private static string Seconds(TimeSpan life) => Math.Ceiling(life.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(_options.CallTimeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await call(limit.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception ex) when (ex is DaprException or RpcException or OperationCanceledException)
        {
            // A cancelled call of the client comes as a DaprException too.
            cancellationToken.ThrowIfCancellationRequested();
            throw new StoreUnavailableException($"The state store '{_options.StateStore}' did not do what was asked.", ex);
        }
    }
}
