using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using OpsMesh.DocumentStore.Local;

namespace OpsMesh.TelemetryIngest.Storage;

/// <summary>Removes samples that are older than the retention, a part at a time so that intake is not held up.</summary>
internal sealed partial class RetentionLoop(
    SampleDatabase database, IOptions<StorageOptions> options, TimeProvider clock, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Period, clock, stoppingToken);
                await RemoveOldAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start removes the rest.
        }
    }

    internal async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        var before = (clock.GetUtcNow() - options.Value.Retention).ToUnixTimeSeconds();
        try
        {
            foreach (var seriesId in SeriesIds())
            {
                await database.File.WriteAsync(
                    c => c.Execute("DELETE FROM sample WHERE series_id = @1 AND time < @2", seriesId, before), cancellationToken);
            }
        }
        catch (SqliteException ex)
        {
            LogNotRemoved(ex);
        }
    }

    private List<long> SeriesIds()
    {
        using var connection = database.File.Open();
        return connection.Query(row => row.GetInt64(0), "SELECT id FROM series");
    }

    [LoggerMessage(LogLevel.Warning, "Old samples were not removed; trying again later")]
    private partial void LogNotRemoved(Exception exception);
}
