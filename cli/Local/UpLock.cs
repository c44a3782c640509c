namespace OpsMesh.Cli.Local;

/// <summary>At most one `up` per data folder. The kernel lets go of it when `up` dies, however it dies.</summary>
internal sealed class UpLock : IDisposable
{
    private readonly FileStream _file;

    private UpLock(FileStream file) => _file = file;

    public static UpLock Take(MeshLayout layout)
    {
        try
        {
            return new UpLock(new FileStream(layout.UpLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            var pid = RunRecord.Up(layout) is { } up ? $" (pid {up.Pid})" : "";
            var url = ConsoleFile.Read(layout) is { } console ? $" Its console: {console.Url}" : "";
            throw new CliException(ExitCodes.AlreadyUp, $"An `opsmesh up`{pid} already runs on {layout.Root}.{url} Stop it with `opsmesh down --data {layout.Root}`, or use another --data and --port-base.");
        }
    }

    public void Dispose() => _file.Dispose();
}
