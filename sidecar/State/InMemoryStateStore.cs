using System.Diagnostics;
using System.Globalization;

namespace OpsMesh.Sidecar.State;

/// <summary>state.in-memory: one map under one lock, shared by the applications of the mesh. Gone with the process.</summary>
internal sealed class InMemoryStateStore : IStateStore
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StoredState> _items = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    public InMemoryStateStore(TimeProvider clock)
    {
        _clock = clock;
        _sweep = clock.CreateTimer(_ => Sweep(), state: null, SweepPeriod, SweepPeriod);
    }

    public IReadOnlyList<string> Capabilities { get; } = ["ETAG", "TRANSACTIONAL", "TTL", "DELETE_WITH_PREFIX", "KEYS_LIKE", "ACTOR"];

    public ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(FindUnderLock(key));
        }
    }

    public Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken) => TransactAsync([operation], cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken)
    {
        var expiries = operations.Select(Expiry).ToArray();
        lock (_gate)
        {
            // All conditions first: a transaction that fails changes nothing.
            foreach (var operation in operations)
            {
                CheckUnderLock(operation);
            }

            for (var i = 0; i < operations.Count; i++)
            {
                PutUnderLock(operations[i], expiries[i]);
            }
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _sweep.DisposeAsync();

    private DateTimeOffset? Expiry(StateOperation operation)
    {
        if (operation.IsDelete || string.IsNullOrEmpty(operation.Ttl))
        {
            return null;
        }

        if (!long.TryParse(operation.Ttl, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            throw new StateStoreException($"strconv.Atoi: parsing \"{operation.Ttl}\": {GoNumbers.Problem(operation.Ttl)}");
        }

        if (seconds <= 0)
        {
            return null;
        }

        var now = _clock.GetUtcNow();
        return seconds < (DateTimeOffset.MaxValue - now).TotalSeconds - 1 ? now.AddSeconds(seconds) : null;
    }

    private void CheckUnderLock(StateOperation operation)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        var current = FindUnderLock(operation.Key);
        if (operation.ETag is { } expected)
        {
            if (current is null)
            {
                throw StateStoreException.Mismatch($"state not exist or expired for key={operation.Key}");
            }

            if (current.ETag != expected)
            {
                throw StateStoreException.Mismatch($"state etag not match for key={operation.Key}: current={current.ETag}, expect={expected}");
            }
        }
        else if (operation.IsFirstWrite && current is not null)
        {
            throw StateStoreException.Mismatch("item already exists and no etag was passed");
        }
    }

    private void PutUnderLock(StateOperation operation, DateTimeOffset? expiry)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        if (operation.IsDelete)
        {
            _items.Remove(operation.Key);
            return;
        }

        _items[operation.Key] = new StoredState(operation.Value, Guid.NewGuid().ToString("D"), expiry);
    }

    private StoredState? FindUnderLock(string key)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        return _items.TryGetValue(key, out var item) && !IsExpired(item) ? item : null;
    }

    private void Sweep()
    {
        lock (_gate)
        {
            foreach (var (key, _) in _items.Where(i => IsExpired(i.Value)).ToArray())
            {
                _items.Remove(key);
            }
        }
    }

    private bool IsExpired(StoredState item) => item.ExpiresAt <= _clock.GetUtcNow();
}
