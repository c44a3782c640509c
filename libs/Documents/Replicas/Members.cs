using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore.Replicas;

/// <summary>Reads and changes the list of a service's replicas.</summary>
internal static class Members
{
    public static async Task<IReadOnlyList<Member>> ReadAsync(IStateStore store, ReplicaIdentity replica, CancellationToken cancellationToken)
    {
        var state = await store.GetAsync(replica.MembersKey, cancellationToken);
        return state is null ? [] : DocumentJson.Parse<MembersDocument>(state.Json.Span).Replicas;
    }

    /// <returns>False when others were faster at every try.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public static async Task<bool> UpdateAsync(
        IStateStore store,
        ReplicaIdentity replica,
        Func<IReadOnlyList<Member>, IReadOnlyList<Member>> change,
        int tries,
        CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < tries; attempt++)
        {
            var state = await store.GetAsync(replica.MembersKey, cancellationToken);
            IReadOnlyList<Member> before = state is null ? [] : DocumentJson.Parse<MembersDocument>(state.Json.Span).Replicas;
            var after = change(before);
            if (ReferenceEquals(before, after))
            {
                return true;
            }

            var write = new StateWrite(
                replica.MembersKey,
                DocumentJson.ToBytes(new MembersDocument { Replicas = after }),
                state is null ? WriteGuard.New : WriteGuard.Unchanged,
                state?.ETag);
            try
            {
                await store.TransactAsync([write], cancellationToken);
            }
            catch (StoreUnavailableException)
            {
                // Raced or done: the next round reads which. A store that is gone ends it at that read.
            }
        }

        return false;
    }
}
