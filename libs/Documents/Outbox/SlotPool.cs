using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Which of the replica's slots may be written. A slot is free, taken, or in quarantine because nobody knows what is in it.</summary>
internal sealed class SlotPool
{
    public const int Size = 1024;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<int, int> _free = new();
    private readonly Dictionary<int, (long Since, long? MovedSeq)> _quarantined = [];
    private readonly TimeProvider _clock;
    private readonly TimeSpan _quarantine;
    private long _lastSeq;

    public SlotPool(IOptions<DocumentsOptions> options, TimeProvider clock)
    {
        (_clock, _quarantine) = (clock, options.Value.Quarantine);
        _free.EnqueueRange(Enumerable.Range(0, Size).Select(i => (i, i)));
    }

    public int FreeCount
    {
        get
        {
            lock (_gate)
            {
                return _free.Count;
            }
        }
    }

    public static string Key(string service, string replica, int index) => $"outbox:{service}:{replica}:{index}";

    /// <summary>Takes the lowest free slot, so that few slots are ever in use, and the next number of the replica's commits.</summary>
    /// <returns>Null when every slot is taken.</returns>
    public (int Index, long CommitSeq)? TryTake()
    {
        lock (_gate)
        {
            return _free.TryDequeue(out var index, out _) ? (index, ++_lastSeq) : null;
        }
    }

    /// <summary>The slot is known to be empty and no write of it is under way.</summary>
    public void Release(int index)
    {
        lock (_gate)
        {
            _quarantined.Remove(index);
            _free.Enqueue(index, index);
        }
    }

    /// <summary>The slot turned out to be filled: taken again until it is released.</summary>
    public void Hold(int index)
    {
        lock (_gate)
        {
            _quarantined.Remove(index);
        }
    }

    /// <param name="movedSeq">The commit that was in it and is moved already; null when a write may or may not have happened.</param>
    public void Quarantine(int index, long? movedSeq)
    {
        lock (_gate)
        {
            _quarantined[index] = (_clock.GetTimestamp(), movedSeq);
        }
    }

    /// <summary>Slots that have been left alone long enough to be read; each is taken out of quarantine by Release or Quarantine.</summary>
    public IReadOnlyList<(int Index, long? MovedSeq)> Due()
    {
        lock (_gate)
        {
            return [.. _quarantined.Where(IsDueUnderLock).Select(slot => (slot.Key, slot.Value.MovedSeq))];
        }
    }

    private bool IsDueUnderLock(KeyValuePair<int, (long Since, long? MovedSeq)> slot)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        return _clock.GetElapsedTime(slot.Value.Since) >= _quarantine;
    }
}
