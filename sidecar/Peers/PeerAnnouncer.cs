using Microsoft.Data.Sqlite;
using OpsMesh.Sidecar.Apps;

namespace OpsMesh.Sidecar.Peers;

/// <summary>Says again and again where this process takes calls from the others, and takes it back at the end.</summary>
internal sealed partial class PeerAnnouncer(Mesh mesh, TimeProvider clock, ILogger<PeerAnnouncer> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = PeerTable.Validity / 3;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (mesh.Peers is not { } peers)
        {
            return;
        }

        try
        {
            while (true)
            {
                Try(() => ForEach(peers.Table.Announce));
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Try(() => ForEach(peers.Table.Withdraw));
        }
    }

    private void ForEach(Action<string, int> say)
    {
        foreach (var app in mesh.Apps)
        {
            if (app.Plan.InternalPort is { } port)
            {
                say(app.Plan.AppId, port);
            }
        }
    }

    private void Try(Action change)
    {
        try
        {
            change();
        }
        catch (SqliteException e)
        {
            LogFailed(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The file of names cannot be written, so other sidecars may not find this one: {Problem}")]
    private partial void LogFailed(string problem);
}
