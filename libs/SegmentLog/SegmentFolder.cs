using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace OpsMesh.Segments;

/// <summary>The files of a log. A segment comes into being whole, by a rename, and its name is its first sequence number.</summary>
internal static class SegmentFolder
{
    private const string Extension = ".seg";

    /// <summary>Paths in the order of their first sequence numbers; half-made files of a crash are removed.</summary>
    public static List<(string Path, long FirstSeq)> List(string folder)
    {
        foreach (var halfMade in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            File.Delete(halfMade);
        }

        var found = new List<(string Path, long FirstSeq)>();
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            {
                found.Add((path, seq));
            }
        }

        found.Sort((a, b) => a.FirstSeq.CompareTo(b.FirstSeq));
        return found;
    }

    public static (Segment Segment, SafeFileHandle Handle) Create(string folder, long firstSeq, long trimmedBefore)
    {
        var salt = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));
        var path = Path.Combine(folder, firstSeq.ToString("D20", CultureInfo.InvariantCulture) + Extension);
        var halfMade = path + ".tmp";
        var head = new byte[SegmentFormat.FileHeadBytes];
        SegmentFormat.WriteFileHead(head, salt, firstSeq, trimmedBefore);
        var handle = File.OpenHandle(halfMade, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            RandomAccess.Write(handle, head, 0);
            RandomAccess.FlushToDisk(handle);
            if (File.Exists(path))
            {
                // A segment without records that could not be written to; its name is needed again.
                SetAside(path);
            }

            File.Move(halfMade, path);
            SyncFolder(folder);
            return (new Segment(path, salt, firstSeq), handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Renames a file out of the way. Whoever has to explain the loss still has its bytes.</summary>
    public static void SetAside(string path)
    {
        var aside = path + ".bad";
        for (var n = 2; File.Exists(aside); n++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.{n}.bad");
        }

        File.Move(path, aside);
    }

    /// <summary>Makes renames and deletions in the folder durable.</summary>
    public static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            PosixFolder.Sync(folder);
        }
    }
}
