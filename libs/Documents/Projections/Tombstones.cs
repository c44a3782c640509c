using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.DocumentStore.Local;

namespace OpsMesh.DocumentStore;

/// <summary>Clears tombstones away, once an hour.</summary>
internal sealed partial class Tombstones(Projection projection, TimeProvider clock, ILogger<Tombstones> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await clock.PauseAsync(Period, stoppingToken))
        {
            try
            {
                await projection.ForgetRemovedAsync(CancellationToken.None);
            }
            catch (SqliteException ex)
            {
                LogLater(ex);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Tombstones were not cleared; trying again in an hour")]
    private partial void LogLater(Exception exception);
}
