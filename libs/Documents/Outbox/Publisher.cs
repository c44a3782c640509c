using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.DocumentStore.Local;
using OpsMesh.Hosting;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Publishes what waits in <c>outgoing</c>, in order, each at least once. A dead broker holds no slot, only rows.</summary>
internal sealed partial class Publisher(
    ServiceStore store, IEventBroker broker, Wakes wakes, Dependencies dependencies, TimeProvider clock, ILogger<Publisher> logger)
    : BackgroundService
{
    private const int BatchSize = 100;

    private static readonly ActivitySource Activities = new("OpsMesh.Documents");
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var ticket = wakes.Events.Ticket;
                var (published, failed) = await PublishSomeAsync(stoppingToken);
                if (failed)
                {
                    await clock.PauseAsync(retry, stoppingToken);
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                    continue;
                }

                retry = FirstRetry;
                if (published == 0)
                {
                    await Signal.WaitAsync(ticket, Idle, clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left stays in the table for the next start.
        }
    }

    private async Task<(int Published, bool Failed)> PublishSomeAsync(CancellationToken cancellationToken)
    {
        var published = new List<long>();
        try
        {
            foreach (var (id, happened) in Next())
            {
                await PublishAsync(happened, cancellationToken);
                published.Add(id);
            }

            dependencies.Report("pubsub", true, "");
            return (published.Count, false);
        }
        catch (Exception ex) when (ex is BrokerUnavailableException or SqliteException)
        {
            if (dependencies.Report("pubsub", false, "events cannot be published"))
            {
                LogNotPublished(ex);
            }

            return (published.Count, true);
        }
        finally
        {
            await ForgetAsync(published);
        }
    }

    private List<(long Id, OutboxEvent Event)> Next()
    {
        using var connection = store.File.Open();
        return connection.Query(
            row => (row.GetInt64(0), DocumentJson.Parse<OutboxEvent>(row.GetString(1))),
            "SELECT id, event FROM outgoing ORDER BY id LIMIT @1",
            BatchSize);
    }

    private async Task PublishAsync(OutboxEvent happened, CancellationToken cancellationToken)
    {
        // Under the span that caused the event: subscribers' spans join that trace.
        _ = ActivityContext.TryParse(happened.TraceParent, null, isRemote: true, out var cause);
        Activity.Current = null;
        using var activity = Activities.StartActivity($"publish {happened.Topic}", ActivityKind.Producer, cause);
        activity?.SetTag("messaging.system", "dapr").SetTag("messaging.destination.name", happened.Topic)
            .SetTag("cloudevents.event_id", happened.Id).SetTag("cloudevents.event_type", happened.Type);
        await broker.PublishAsync(happened.Topic, CloudEventJson.Write(happened, activity?.Id ?? happened.TraceParent), cancellationToken);
    }

    private async Task ForgetAsync(List<long> published)
    {
        if (published.Count == 0)
        {
            return;
        }

        // Not the stopping token: what was published must not come again after a tidy stop.
        await store.File.WriteAsync(
            connection => published.Sum(id => connection.Execute("DELETE FROM outgoing WHERE id = @1", id)), CancellationToken.None);
    }

    [LoggerMessage(LogLevel.Warning, "Events cannot be published; they wait in the service's own store")]
    private partial void LogNotPublished(Exception exception);
}
