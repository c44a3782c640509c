using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Logs;

/// <summary>Lines that were read at once, within bounds of lines, bytes and effort.</summary>
internal sealed class LogPage
{
    private const int MostTextChars = 1024 * 1024;
    private const long MostScannedBytes = 64 * 1024 * 1024;

    private int _chars;

    /// <summary>Oldest first once the page is read.</summary>
    public List<LogLine> Lines { get; } = [];

    /// <summary>The bytes that were looked at: [From, To).</summary>
    public long From { get; set; }

    public long To { get; set; }

    public long Scanned { get; set; }

    /// <summary>Lines that were left out by time or text.</summary>
    public ulong Skipped { get; set; }

    /// <summary>There is nothing more in this direction now.</summary>
    public bool IsAtEnd { get; set; }

    /// <summary>The range of times ended: nothing beyond is wanted.</summary>
    public bool IsAtBound { get; set; }

    public bool HasRoom(int most) => Lines.Count < most && _chars < MostTextChars && Scanned < MostScannedBytes;

    public void Add(LogLine line)
    {
        Lines.Add(line);
        _chars += line.Text.Length;
    }
}
