using System.Text;
using OpsMesh.Contracts.Common.V1;
using OpsMesh.Contracts.Daemon.V1;
using OpsMesh.Daemon.Supervision;

namespace OpsMesh.Daemon.Logs;

/// <summary>The stdout log of one agent whose files a test writes itself.</summary>
internal sealed class LogHarness : IDisposable
{
    private readonly TestFolder _folder = new();

    public LogHarness(TimeProvider? clock = null)
    {
        Clock = clock ?? TimeProvider.System;
        Folder = new AgentFolder(_folder.Root, "a");
        Folder.Create();
        Source = new LogSource("a", LogStream.Stdout, Folder, () => Live, Clock);
        Pages = new LogPages(Clock);
    }

    public TimeProvider Clock { get; }

    public AgentFolder Folder { get; }

    public LogSource Source { get; }

    public LogPages Pages { get; }

    public ulong? Live { get; set; }

    public string PathOf(ulong epoch) => Path.Combine(Folder.Logs, $"out.{epoch}");

    public void Write(ulong epoch, string text) => File.AppendAllText(PathOf(epoch), text, new UTF8Encoding(false));

    public GetLogsResponse Get(LogQuery? query = null, int lines = 100, bool forward = false)
    {
        var outcome = TryGet(query, lines, forward);
        Assert.True(outcome.Succeeded, outcome.Failure?.Message);
        return outcome.Value;
    }

    public Outcome<GetLogsResponse> TryGet(LogQuery? query = null, int lines = 100, bool forward = false) =>
        Pages.Read(Source, query ?? new LogQuery(), lines, forward);

    public void Dispose() => _folder.Dispose();
}
