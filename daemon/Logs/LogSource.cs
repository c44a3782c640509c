using System.Collections.Concurrent;
using System.Globalization;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Logs;

/// <summary>One output stream of one agent: a file for each start of it, never rotated, so that an offset is a place for ever.</summary>
/// <param name="liveEpoch">The start that may still write; null when the agent does not run.</param>
internal sealed class LogSource(string agentId, LogStream stream, AgentFolder folder, Func<ulong?> liveEpoch, TimeProvider clock)
{
    private readonly ConcurrentDictionary<ulong, Lazy<LogIndex>> _indexes = new();
    private readonly string _name = stream == LogStream.Stderr ? "err" : "out";

    public LogStream Stream => stream;

    /// <summary>"agent/ID/out" or "agent/ID/err".</summary>
    public string Name => $"agent/{agentId}/{_name}";

    /// <summary>Whether nothing more will be written by this start.</summary>
    public bool IsOver(ulong epoch) => liveEpoch() is not { } live || live != epoch;

    /// <summary>Starts that have a log, oldest first.</summary>
    public IReadOnlyList<ulong> Epochs()
    {
        if (!Directory.Exists(folder.Logs))
        {
            return [];
        }

        var epochs = new List<ulong>();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Logs, $"{_name}.*"))
        {
            if (ulong.TryParse(Path.GetFileName(path.AsSpan())[(_name.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch))
            {
                epochs.Add(epoch);
            }
        }

        epochs.Sort();
        return epochs;
    }

    public Outcome<LogFile> Open(ulong epoch) => LogFile.Open(PathOf(epoch));

    public LogIndex Index(ulong epoch) => _indexes.GetOrAdd(epoch, e => new Lazy<LogIndex>(() => new LogIndex(PathOf(e) + ".idx"))).Value;

    /// <summary>At the start of the daemon: what was written while it was away got no marks; the file's time is the best guess.</summary>
    public void NoteAway()
    {
        foreach (var epoch in Epochs())
        {
            var info = new FileInfo(PathOf(epoch));
            if (info.Exists && info.LinkTarget is null)
            {
                Index(epoch).Note(info.Length, info.LastWriteTimeUtc, isApproximate: true, always: true);
            }
        }
    }

    /// <summary>Marks the length that the newest file has now.</summary>
    public void NoteNow()
    {
        if (liveEpoch() is { } live)
        {
            Note(live);
        }
        else if (Epochs() is [.., var last])
        {
            Note(last);
        }
    }

    private void Note(ulong epoch)
    {
        var info = new FileInfo(PathOf(epoch));
        if (info.Exists)
        {
            Index(epoch).Note(info.Length, clock.GetUtcNow(), isApproximate: false);
        }
    }

    private string PathOf(ulong epoch) => Path.Combine(folder.Logs, string.Create(CultureInfo.InvariantCulture, $"{_name}.{epoch}"));
}
