using System.Globalization;
using System.Text;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore;

/// <summary>A state store with the promises that a commit relies on, and with failures on demand.</summary>
internal sealed class MemoryStateStore(TimeProvider clock) : IStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (byte[] Json, string ETag, DateTimeOffset? Until)> _states = [];
    private int _etag;

    /// <summary>Runs before the next transaction is looked at; then forgotten.</summary>
    public Action? BeforeNextTransaction { get; set; }

    /// <summary>The next transactions fail: before they are applied, or after.</summary>
    public int FailBefore { get; set; }

    public int FailAfter { get; set; }

    public bool ReadsFail { get; set; }

    /// <summary>Keys of each transaction that was applied.</summary>
    public List<string[]> Applied { get; } = [];

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _states.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public Task<StoredState?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ReadsFail ? throw new StoreUnavailableException("By the test.") : Task.FromResult(FindUnderLock(key));
        }
    }

    public Task<IReadOnlyList<StoredState>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<StoredState>>([.. keys.Select(FindUnderLock).OfType<StoredState>()]);
        }
    }

    public Task TransactAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken)
    {
        var before = BeforeNextTransaction;
        BeforeNextTransaction = null;
        before?.Invoke();
        lock (_gate)
        {
            if (FailBefore > 0)
            {
                FailBefore--;
                throw new StoreUnavailableException("By the test, before.");
            }

            if (!writes.All(w => w.CouldSucceedOn(FindUnderLock(w.Key))))
            {
                throw new StoreUnavailableException("Mismatch.");
            }

            foreach (var write in writes)
            {
                ApplyUnderLock(write);
            }

            Applied.Add([.. writes.Select(w => w.Key)]);
            if (FailAfter > 0)
            {
                FailAfter--;
                throw new StoreUnavailableException("By the test, after.");
            }
        }

        return Task.CompletedTask;
    }

    public void Put(string key, string json) =>
        _ = TransactAsync([new StateWrite(key, Encoding.UTF8.GetBytes(json), WriteGuard.None)], CancellationToken.None);

    private StoredState? FindUnderLock(string key) =>
        _states.TryGetValue(key, out var state) && !(state.Until <= clock.GetUtcNow()) ? new StoredState(key, state.Json, state.ETag) : null;

    private void ApplyUnderLock(StateWrite write)
    {
        if (write.Json is null)
        {
            _states.Remove(write.Key);
            return;
        }

        var etag = (++_etag).ToString(CultureInfo.InvariantCulture);
        _states[write.Key] = (write.Json, etag, write.TimeToLive is { } life ? clock.GetUtcNow() + life : null);
    }
}
