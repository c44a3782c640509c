using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Segments;

namespace OpsMesh.Daemon.Commands;

/// <summary>
/// What this node took on, on disk before anything happens. A command is in it until its end is stored by agent-command and its time to
/// live is over, so that no id is ever carried out twice.
/// </summary>
internal sealed class CommandJournal : IAsyncDisposable
{
    private const byte PayloadClass = 1;
    private const byte ProgressClass = 2;
    private const byte AckClass = 3;
    private const long MostBytes = 32L * 1024 * 1024;
    private const int MostReported = 2000;

    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromHours(1);

    private readonly SegmentLog _log;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, CommandEntry> _entries = new(StringComparer.Ordinal);

    private CommandJournal(SegmentLog log, TimeProvider clock) => (_log, _clock) = (log, clock);

    /// <summary>Commands that the daemon before this one received and did not begin; they may still be carried out.</summary>
    public IReadOnlyList<CommandEntry> Waiting => [.. _entries.Values.Where(e => e.Progress.State == CommandState.Received)];

    /// <exception cref="IOException">Another daemon has the folder.</exception>
    public static async Task<CommandJournal> OpenAsync(string folder, ulong daemonEpoch, TimeProvider clock, CancellationToken cancellationToken)
    {
        var options = new SegmentLogOptions { Epoch = (long)daemonEpoch, MaxBytes = MostBytes };
        var journal = new CommandJournal(await SegmentLog.OpenAsync(folder, options, cancellationToken), clock);
        foreach (var record in journal._log.Read())
        {
            journal.Replay(record);
        }

        await journal.InterruptAsync(cancellationToken);
        await journal.CompactAsync(cancellationToken);
        return journal;
    }

    public CommandEntry? Find(string commandId) => _entries.GetValueOrDefault(commandId);

    /// <summary>What agent-command does not know for sure: not final, or final and not acknowledged.</summary>
    public IReadOnlyList<CommandProgress> Unsettled() =>
        [.. _entries.Values.Where(e => !e.IsAcked).Select(e => e.Progress).OrderBy(p => p.CommandId, StringComparer.Ordinal).Take(MostReported)];

    /// <summary>Takes a command on.</summary>
    /// <returns>The entry that is there now, and whether it is new; NODE_SPOOL_FULL when there is no room.</returns>
    public async Task<Outcome<(CommandEntry Entry, bool IsNew)>> ReceiveAsync(CommandPayload payload)
    {
        var progress = new CommandProgress
        {
            CommandId = payload.CommandId,
            State = CommandState.Received,
            ReceivedAt = _clock.GetUtcNow().ToTimestamp(),
        };
        var entry = new CommandEntry(payload, progress, false);

        // Claimed before it is written: of two deliveries at once only one may go on.
        if (!_entries.TryAdd(payload.CommandId, entry))
        {
            return (_entries[payload.CommandId], false);
        }

        try
        {
            // Without the caller's token: what is half in the journal would be carried out by the next daemon.
            await _log.AppendAsync(PayloadClass, payload.ToByteArray(), sync: false, CancellationToken.None);
            await _log.AppendAsync(ProgressClass, progress.ToByteArray(), sync: true, CancellationToken.None);
            return (entry, true);
        }
        catch (Exception failed)
        {
            _entries.TryRemove(payload.CommandId, out _);
            entry.SignalChange();
            if (failed is SegmentLogFullException or IOException)
            {
                return new Failure(FailureKind.Busy, Reasons.NodeSpoolFull, "The node cannot write its journal, so it takes no command on.") { RetryAfter = TimeSpan.FromSeconds(30) };
            }

            throw;
        }
    }

    /// <summary>Answers once it is on disk.</summary>
    public async Task ProgressAsync(CommandProgress progress, CancellationToken cancellationToken)
    {
        await _log.AppendAsync(ProgressClass, progress.ToByteArray(), sync: true, cancellationToken);
        if (_entries.TryGetValue(progress.CommandId, out var entry))
        {
            _entries[progress.CommandId] = entry.With(progress);
            entry.SignalChange();
        }
    }

    /// <summary>agent-command has stored the ends of these.</summary>
    public async Task AckAsync(IEnumerable<string> commandIds, CancellationToken cancellationToken)
    {
        foreach (var id in commandIds)
        {
            if (_entries.TryGetValue(id, out var entry) && entry is { IsFinal: true, IsAcked: false })
            {
                await _log.AppendAsync(AckClass, Encoding.UTF8.GetBytes(id), sync: false, cancellationToken);
                _entries[id] = entry.Acked();
            }
        }

        if (_log.Bytes > MostBytes / 2)
        {
            await CompactAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private void Replay(SegmentRecord record)
    {
        switch (record.Class)
        {
            case PayloadClass:
                var payload = CommandPayload.Parser.ParseFrom(record.Payload.Span);
                var received = new CommandProgress { CommandId = payload.CommandId, State = CommandState.Received };
                _entries.TryAdd(payload.CommandId, new CommandEntry(payload, received, false));
                break;
            case ProgressClass:
                var progress = CommandProgress.Parser.ParseFrom(record.Payload.Span);
                if (_entries.TryGetValue(progress.CommandId, out var entry))
                {
                    _entries[progress.CommandId] = entry.With(progress);
                }

                break;
            case AckClass:
                if (_entries.TryGetValue(Encoding.UTF8.GetString(record.Payload.Span), out var acked))
                {
                    _entries[acked.Payload.CommandId] = acked.Acked();
                }

                break;
        }
    }

    /// <summary>What was begun and did not end with the daemon before this one is never begun again.</summary>
    private async Task InterruptAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in _entries.Values.Where(e => e.Progress.State == CommandState.Started))
        {
            var interrupted = entry.Progress.Clone();
            interrupted.State = CommandState.Interrupted;
            interrupted.Outcome = "INTERRUPTED";
            interrupted.Message = "The daemon ended after it had begun and before the end was known; it was not run again.";
            interrupted.FinishedAt = _clock.GetUtcNow().ToTimestamp();
            await ProgressAsync(interrupted, cancellationToken);
        }
    }

    /// <summary>Writes what is still needed once more and forgets everything before it. Replaying an entry twice changes nothing.</summary>
    private async Task CompactAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        foreach (var entry in _entries.Values.Where(e => e is { IsFinal: true, IsAcked: true } && CommandExpiry.At(e.Payload) + KeptAfterExpiry < now))
        {
            _entries.TryRemove(entry.Payload.CommandId, out _);
        }

        var first = _log.NextSeq;
        foreach (var entry in _entries.Values)
        {
            await _log.AppendAsync(PayloadClass, entry.Payload.ToByteArray(), sync: false, cancellationToken);
            await _log.AppendAsync(ProgressClass, entry.Progress.ToByteArray(), sync: false, cancellationToken);
            if (entry.IsAcked)
            {
                await _log.AppendAsync(AckClass, Encoding.UTF8.GetBytes(entry.Payload.CommandId), sync: false, cancellationToken);
            }
        }

        // A record of no class of ours carries the sync.
        await _log.AppendAsync(0, ReadOnlyMemory<byte>.Empty, sync: true, cancellationToken);
        await _log.TrimAsync(first, cancellationToken);
    }
}
