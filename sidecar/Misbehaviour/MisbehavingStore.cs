using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Misbehaviour;

/// <summary>A state store that goes wrong as the rules say.</summary>
internal sealed class MisbehavingStore(IStateStore inner, string component, MisbehaviourFile rules, TimeProvider clock) : IStateStore
{
    public IReadOnlyList<string> Capabilities => inner.Capabilities;

    public bool ChecksDeleteOptions => inner.ChecksDeleteOptions;

    public async ValueTask<StoredState?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StoredState? found = null;
        await DoAsync(Deed.Read, async () => found = await inner.GetAsync(key, cancellationToken), cancellationToken);
        return found;
    }

    public async ValueTask<IReadOnlyList<StateRead>> GetAllAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        IReadOnlyList<StateRead> found = [];
        await DoAsync(Deed.Read, async () => found = await inner.GetAllAsync(keys, cancellationToken), cancellationToken);
        return found;
    }

    public Task ApplyAsync(StateOperation operation, CancellationToken cancellationToken) =>
        DoAsync(Deed.Write, () => inner.ApplyAsync(operation, cancellationToken), cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellationToken) =>
        DoAsync(Deed.Write, () => inner.TransactAsync(operations, cancellationToken), cancellationToken);

    public ApiException RefuseQuery(string store, ReadOnlyMemory<byte> query) => inner.RefuseQuery(store, query);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private async Task DoAsync(Deed deed, Func<Task> act, CancellationToken cancellationToken)
    {
        var rule = rules.Next(component, deed);
        switch (rule?.Do)
        {
            case Misdeed.Error:
                throw new StateStoreException("this sidecar misbehaves: error");
            case Misdeed.DropAfterAck:
                return;
            case Misdeed.Delay:
                await Task.Delay(rule.Delay, clock, cancellationToken);
                break;
            case Misdeed.Duplicate:
                // A condition that held the first time does not hold the second: the caller is told so, as after a retry of the network.
                await act();
                break;
        }

        await act();
        if (rule?.Do == Misdeed.Die)
        {
            SuddenDeath.Die();
        }
    }
}
