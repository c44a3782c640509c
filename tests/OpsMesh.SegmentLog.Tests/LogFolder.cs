using System.Text;

namespace OpsMesh.Segments;

/// <summary>A folder for one test, with the log's files in reach.</summary>
internal sealed class LogFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public static readonly SegmentLogOptions Small = new() { Epoch = 3, SegmentBytes = 4096 };

    /// <summary>In memory where there is such a folder: what these tests kill is the process, and thousands of fsyncs on a busy disk take minutes.</summary>
    public string Path { get; } = Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, "opsmesh-log-" + System.IO.Path.GetRandomFileName())).FullName
        : Directory.CreateTempSubdirectory("opsmesh-log-").FullName;

    public IReadOnlyList<string> Segments => [.. Directory.GetFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public Task<SegmentLog> OpenAsync(SegmentLogOptions? options = null) => SegmentLog.OpenAsync(Path, options ?? Small, TestContext.Current.CancellationToken);

    /// <summary>What a killed process would have left: the files as they are, without the lock.</summary>
    public LogFolder CopyAsAfterAKill()
    {
        var copy = new LogFolder();
        foreach (var file in Directory.GetFiles(Path).Where(f => !f.EndsWith("lock", StringComparison.Ordinal)))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(System.IO.Path.Combine(copy.Path, System.IO.Path.GetFileName(file)));
            from.CopyTo(to);
        }

        return copy;
    }

    public static void Flip(string file, long offset)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = offset;
        var one = stream.ReadByte();
        stream.Position = offset;
        stream.WriteByte((byte)(one ^ 0x10));
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    public static ReadOnlyMemory<byte> Payload(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(SegmentRecord record) => Encoding.UTF8.GetString(record.Payload.Span);
}
