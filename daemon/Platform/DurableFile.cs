namespace OpsMesh.Daemon.Platform;

/// <summary>Small files that are either the old or the new text after any crash.</summary>
internal static class DurableFile
{
    /// <summary>Written beside, synced, renamed over, and the folder synced.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var fresh = path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes renames and new names in a folder durable. A file system that cannot is left to its own promises.</summary>
    public static void SyncFolder(string folder)
    {
        var handle = Libc.Open(folder, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec);
        if (handle < 0)
        {
            throw new IOException($"Cannot open the folder {folder} to sync it.");
        }

        _ = Libc.FSync(handle);
        _ = Libc.Close(handle);
    }
}
