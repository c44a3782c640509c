using System.Text;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Sessions;

/// <summary>The session that the registry gave this node; its id outlives the daemon, so that a restart is told from a clone.</summary>
internal sealed class SessionState(string dataFolder)
{
    private readonly string _path = Path.Combine(dataFolder, "session");
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _epoch;

    /// <summary>Ends with the first registration of this daemon.</summary>
    public Task Registered => _first.Task;

    /// <summary>0 before the first registration.</summary>
    public ulong Epoch => (ulong)Interlocked.Read(ref _epoch);

    /// <summary>Empty when there was never one.</summary>
    public string PreviousId => File.Exists(_path) ? File.ReadAllText(_path).Trim() : "";

    public void Begin(string sessionId, ulong epoch)
    {
        DurableFile.Replace(_path, Encoding.UTF8.GetBytes(sessionId));
        Interlocked.Exchange(ref _epoch, (long)epoch);
        _first.TrySetResult();
    }
}
