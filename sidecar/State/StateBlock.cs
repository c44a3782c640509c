using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.State;

/// <summary>The state API of one application, in the words of neither protocol. Every refusal is an <see cref="Errors.ApiException"/>.</summary>
internal sealed class StateBlock(AppPlan app, IReadOnlyDictionary<string, StateComponent> components, Policies policies)
{
    // As default policies name it.
    private const string Kind = "Statestore";

    private const string Ttl = "ttlInSeconds";

    public IEnumerable<StateComponent> Components => components.Values;

    /// <summary>The first check of every call: a request for a store that is not there is not looked at further.</summary>
    public StateComponent Find(string store) => Find(store, app.AppId);

    /// <summary>No store here can be queried; the refusal does not name the application.</summary>
    /// <param name="query">As given.</param>
    public Exception RefuseQuery(string store, ReadOnlyMemory<byte> query)
    {
        var found = Find(store, appId: null);
        return found.Store.RefuseQuery(found.Component.Name, query);
    }

    /// <returns>Null when the key is absent.</returns>
    public async ValueTask<StoredState?> GetAsync(StateComponent store, string key, CancellationToken cancellationToken)
    {
        var stored = StoredKey(store, key);
        try
        {
            return await RunAsync(store, due => store.Store.GetAsync(stored, due).AsTask(), cancellationToken);
        }
        catch (StateStoreException e)
        {
            throw StateErrors.Get(key, store.Component.Name, e);
        }
    }

    /// <returns>One for each key, in their order.</returns>
    public async ValueTask<IReadOnlyList<StateRead>> GetAllAsync(StateComponent store, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var stored = keys.Select(k => StoredKey(store, k)).ToArray();
        try
        {
            return await RunAsync(store, due => store.Store.GetAllAsync(stored, due).AsTask(), cancellationToken);
        }
        catch (StateStoreException e)
        {
            throw StateErrors.GetBulk(e);
        }
    }

    /// <summary>Each item by itself: those that can be written are written although the call fails.</summary>
    public async Task SaveAsync(StateComponent store, IReadOnlyList<StateItem> items, CancellationToken cancellationToken)
    {
        var operations = items.Select(i => ToOperation(store, i, isDelete: false)).ToArray();
        if (await ApplyEachAsync(store, operations, cancellationToken) is { } failure)
        {
            throw StateErrors.Save(store.Component.Name, failure);
        }
    }

    public async Task DeleteAsync(StateComponent store, StateItem item, CancellationToken cancellationToken)
    {
        var operation = ToOperation(store, item, isDelete: true);
        try
        {
            await RunAsync(store, due => store.Store.ApplyAsync(operation, due), cancellationToken);
        }
        catch (StateStoreException e)
        {
            throw StateErrors.Delete(item.Key, e);
        }
    }

    public async Task DeleteAllAsync(StateComponent store, IReadOnlyList<StateItem> items, CancellationToken cancellationToken)
    {
        var operations = items.Select(i => ToOperation(store, i, isDelete: true)).ToArray();
        if (await ApplyEachAsync(store, operations, cancellationToken) is { } failure)
        {
            throw StateErrors.BulkDelete(store.Component.Name, failure);
        }
    }

    /// <param name="operations">Name of the operation, as given, and its item.</param>
    public async Task TransactAsync(
        StateComponent store, IReadOnlyList<(string Operation, StateItem Item)> operations, CancellationToken cancellationToken)
    {
        var checkedOperations = operations.Select(Checked).ToArray();
        if (checkedOperations.Length == 0)
        {
            return;
        }

        try
        {
            await RunAsync(store, due => store.Store.TransactAsync(checkedOperations, due), cancellationToken);
        }
        catch (StateStoreException e)
        {
            throw StateErrors.Transaction(e.Message);
        }

        StateOperation Checked((string Operation, StateItem Item) given) => given.Operation switch
        {
            "upsert" => ToOperation(store, given.Item, isDelete: false, inTransaction: true),
            "delete" => ToOperation(store, given.Item, isDelete: true, inTransaction: true),
            var other => throw StateErrors.UnknownOperation(other),
        };
    }

    private StateComponent Find(string store, string? appId)
    {
        if (components.Count == 0)
        {
            throw StateErrors.NotConfigured(store, appId);
        }

        return components.TryGetValue(store, out var component) ? component : throw StateErrors.NotFound(store, appId);
    }

    /// <summary>As the policy of the component has it: within its timeout, again after a failure, not at all while its breaker is open.</summary>
    private async Task<T> RunAsync<T>(StateComponent store, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        if (policies.Outbound(store.Component.Name, Kind) is not { } policy)
        {
            return await attempt(cancellationToken);
        }

        try
        {
            // Not every driver can be told to give up.
            return await policy.RunAsync(due => attempt(due).WaitAsync(due), _ => Verdict.Success, cancellationToken);
        }
        catch (Exception e) when (e is RefusedByBreakerException or PolicyTimeoutException)
        {
            throw new StateStoreException(e.Message) { IsTimeout = e is PolicyTimeoutException };
        }
    }

    private Task<bool> RunAsync(StateComponent store, Func<CancellationToken, Task> attempt, CancellationToken cancellationToken) => RunAsync(
        store,
        async due =>
        {
            await attempt(due);
            return true;
        },
        cancellationToken);

    private async Task<StateStoreException?> ApplyEachAsync(
        StateComponent store, StateOperation[] operations, CancellationToken cancellationToken)
    {
        var left = operations;
        try
        {
            await RunAsync(store, ApplyLeftAsync, cancellationToken);
            return null;
        }
        catch (StateStoreException e)
        {
            return e;
        }

        async Task ApplyLeftAsync(CancellationToken due)
        {
            List<(StateOperation Operation, StateStoreException Failure)> failed = [];
            foreach (var operation in left)
            {
                try
                {
                    await store.Store.ApplyAsync(operation, due);
                }
                catch (StateStoreException e)
                {
                    failed.Add((operation, e));
                }
            }

            // Another attempt is about these only.
            left = [.. failed.Select(f => f.Operation)];
            if (Joined([.. failed.Select(f => f.Failure)], operations.Length) is { } failure)
            {
                throw failure;
            }
        }
    }

    private static StateStoreException? Joined(StateStoreException[] failures, int operations) => failures switch
    {
        [] => null,
        [var only] when operations == 1 => only,
        _ when failures.Any(f => f.IsInvalidETag) => StateStoreException.InvalidETag(string.Join('\n', failures.Select(f => f.Message))),
        _ when failures.Any(f => f.IsETagMismatch) => StateStoreException.Mismatch(string.Join('\n', failures.Select(f => f.Message))),
        _ => new StateStoreException(string.Join('\n', failures.Select(f => f.Message))),
    };

    private StateOperation ToOperation(StateComponent store, StateItem item, bool isDelete, bool inTransaction = false) => new(StoredKey(store, item.Key, inTransaction), isDelete)
    {
        Value = item.Value,
        IsText = item.IsText,
        ETag = string.IsNullOrEmpty(item.ETag) ? null : item.ETag,
        IsFirstWrite = item.IsFirstWrite,
        IsLastWrite = item.IsLastWrite,
        IsDeclaredJson = item.Metadata.GetValueOrDefault("contentType") == "application/json",
        Ttl = item.Metadata.GetValueOrDefault(Ttl),
    };

    private string StoredKey(StateComponent store, string key, bool inTransaction = false) => key.Contains(KeyPrefix.Separator, StringComparison.Ordinal)
        ? throw StateErrors.IllegalKey(key, store.Component.Name, inTransaction)
        : store.Prefix.Of(app, key);
}
