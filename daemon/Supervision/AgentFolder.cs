using System.Globalization;
using System.Text.Json;
using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>The folder of one agent: its record, what its wrapper writes, and its logs.</summary>
internal sealed class AgentFolder
{
    public AgentFolder(string agents, string agentId)
    {
        Root = Path.Combine(agents, agentId);
        Run = Path.Combine(Root, "run");
        Logs = Path.Combine(Root, "logs");
    }

    public string Root { get; }

    public string Run { get; }

    public string Logs { get; }

    private string RecordPath => Path.Combine(Run, "state.json");

    public void Create()
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in (string[])[Root, Run, Logs])
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, Private);
            }
        }
    }

    /// <returns>Null when there is none, or one that cannot be read: it is set aside then.</returns>
    public AgentRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(RecordPath), AgentRecordJson.Default.AgentRecord);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            File.Move(RecordPath, RecordPath + ".bad", overwrite: true);
            return null;
        }
    }

    public void WriteRecord(AgentRecord record) =>
        DurableFile.Replace(RecordPath, JsonSerializer.SerializeToUtf8Bytes(record, AgentRecordJson.Default.AgentRecord));

    /// <summary>The program that the wrapper of this start has launched; null as long as it has not said so.</summary>
    public ProcessStat? ReadLaunched(ulong epoch)
    {
        if (ProcFs.ReadText(Path.Combine(Run, "pid")) is not { } text || !text.EndsWith('\n'))
        {
            return null;
        }

        var parts = text.Split(' ', 3);
        return parts.Length == 3 && parts[0] == epoch.ToString(CultureInfo.InvariantCulture) && ProcessStat.TryParse(parts[2], out var stat)
            ? stat
            : null;
    }

    /// <summary>The exit status of this start as a shell sees it; null as long as its wrapper has not written it.</summary>
    public int? ReadExit(ulong epoch)
    {
        var parts = ProcFs.ReadText(Path.Combine(Run, "exit"))?.Trim().Split(' ');
        return parts is [var of, var code] && of == epoch.ToString(CultureInfo.InvariantCulture)
            && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
    }

    /// <summary>Before each start: what the wrapper of the start before left must not be taken for the new one's.</summary>
    public void ClearRun()
    {
        File.Delete(Path.Combine(Run, "pid"));
        File.Delete(Path.Combine(Run, "exit"));
    }
}
