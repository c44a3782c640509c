using OpsMesh.Hosting;

namespace OpsMesh.Daemon.Platform;

/// <summary>Says that this process owns a data folder; let go with the process, however it ends.</summary>
internal sealed class FolderLock : IAsyncDisposable
{
    private readonly FileStream _file;

    /// <exception cref="StartupException">Another process owns it.</exception>
    public FolderLock(string folder)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken)
        {
            throw new StartupException($"the data folder '{folder}' is used by another daemon", inner: taken);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
