using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;
using OpsMesh.DocumentStore.Outbox;
using OpsMesh.DocumentStore.Store;

namespace OpsMesh.DocumentStore.Replicas;

/// <summary>Relays what dead replicas of this service left in their slots. Slot names are known, so no listing is needed.</summary>
internal sealed partial class Adoption(
    IStateStore store,
    ReplicaIdentity replica,
    ReplicaLease lease,
    Relay relay,
    IOptions<DocumentsOptions> options,
    TimeProvider clock,
    ILogger<Adoption> logger) : BackgroundService
{
    private const int KeysPerRead = 128;

    private const int RemoveTries = 10;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await lease.JoinedAsync(stoppingToken);
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await clock.PauseAsync(options.Value.LeaseRenewal, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Whoever lives adopts later.
        }
    }

    /// <returns>Records that were relayed for dead replicas.</returns>
    internal async Task<int> AdoptAsync(CancellationToken cancellationToken)
    {
        var members = await Members.ReadAsync(store, replica, cancellationToken);
        var live = new List<string> { replica.Id };
        var dead = new List<Member>();
        foreach (var member in members.Where(m => m.Id != replica.Id))
        {
            var isDead = member.Place.IsKnownDead || await store.GetAsync(replica.LeaseKeyOf(member.Id), cancellationToken) is null;
            if (isDead)
            {
                dead.Add(member);
            }
            else
            {
                live.Add(member.Id);
            }
        }

        var adopted = 0;
        foreach (var member in dead.Where(m => Rendezvous.Choose(m.Id, live) == replica.Id))
        {
            adopted += await AdoptAsync(member, cancellationToken);
        }

        return adopted;
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await AdoptAsync(stoppingToken);
        }
        catch (StoreUnavailableException ex)
        {
            LogLater(ex);
        }
    }

    private async Task<int> AdoptAsync(Member member, CancellationToken cancellationToken)
    {
        var slots = await ReadSlotsAsync(member.Id, cancellationToken);
        if (slots.Count == 0)
        {
            // Only an empty reading ends the membership, so a commit that was still under way at its death is seen by the next one.
            await Members.UpdateAsync(
                store, replica, m => m.Any(x => x.Id == member.Id) ? [.. m.Where(x => x.Id != member.Id)] : m, RemoveTries, cancellationToken);
            return 0;
        }

        var records = slots.Select(s => DocumentJson.Parse<OutboxRecord>(s.Json.Span)).OrderBy(r => r.CommitSeq).ToList();
        if (!await relay.MoveAsync(records, cancellationToken))
        {
            return 0;
        }

        var deletes = slots.Select(s => new StateWrite(s.Key, null, WriteGuard.None)).OrderBy(w => w.Key, StringComparer.Ordinal);
        await store.TransactAsync([.. deletes], cancellationToken);
        LogAdopted(records.Count, member.Id);
        return records.Count;
    }

    private async Task<List<StoredState>> ReadSlotsAsync(string deadReplica, CancellationToken cancellationToken)
    {
        var slots = new List<StoredState>();
        foreach (var indexes in Enumerable.Range(0, SlotPool.Size).Chunk(KeysPerRead))
        {
            var keys = indexes.Select(i => SlotPool.Key(replica.Service, deadReplica, i)).ToList();
            slots.AddRange(await store.GetManyAsync(keys, cancellationToken));
        }

        return slots;
    }

    [LoggerMessage(LogLevel.Information, "Relayed {RecordCount} changes that replica {ReplicaId} left behind")]
    private partial void LogAdopted(int recordCount, string replicaId);

    [LoggerMessage(LogLevel.Debug, "Dead replicas are looked for later")]
    private partial void LogLater(Exception exception);
}
