using Grpc.Core;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Daemon.Measuring;

namespace OpsMesh.Daemon.Sessions;

/// <summary>Brings the spool's batches to telemetry-ingest, in order, each until it is durable there.</summary>
internal sealed partial class MetricsSender(MeshLinks links, MetricSpool spool, DaemonMetrics metrics, TimeProvider clock, ILogger<MetricsSender> logger) : SessionWorker
{
    private const string Telemetry = "telemetry-ingest";
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(30);

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(60));
    private long _dropped;

    protected override async Task RunAsync(CancellationToken leaving)
    {
        if (!links.Has(Telemetry))
        {
            return;
        }

        var client = new TelemetryService.TelemetryServiceClient(links.To(Telemetry));
        while (true)
        {
            var (place, batch) = await spool.NextAsync(leaving);
            if (spool.Dropped > _dropped)
            {
                LogDropped(spool.Dropped - _dropped);
                metrics.Dropped(spool.Dropped - _dropped);
                _dropped = spool.Dropped;
            }

            try
            {
                var reply = await client.ReportMetricsAsync(batch, deadline: (clock.GetUtcNow() + CallLimit).UtcDateTime, cancellationToken: leaving);
                foreach (var rejected in reply.Rejected)
                {
                    metrics.Rejected(rejected.Reason);
                    LogRejected(batch.BatchSeq, rejected.Index, rejected.Reason, rejected.Message);
                }

                await spool.DoneAsync(place, leaving);
                links.Works(Telemetry);
                _backoff.Reset();
            }
            catch (RpcException failed) when (failed.StatusCode is StatusCode.InvalidArgument or StatusCode.OutOfRange)
            {
                // It would be refused for ever and hold up all that follow.
                LogRefused(batch.DaemonEpoch, batch.BatchSeq, failed.Status.Detail);
                await spool.DoneAsync(place, leaving);
            }
            catch (RpcException failed) when (!leaving.IsCancellationRequested)
            {
                links.Fails(Telemetry, failed);
                await Task.Delay(_backoff.Next(), clock, leaving);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Metric {Index} of batch {Batch} was refused: {Reason}: {Message}")]
    private partial void LogRejected(ulong batch, int index, string reason, string message);

    [LoggerMessage(LogLevel.Warning, "{Count} batches of metrics were dropped before they could be sent")]
    private partial void LogDropped(long count);

    [LoggerMessage(LogLevel.Error, "Batch {Batch} of epoch {Epoch} was refused and is dropped: {Message}")]
    private partial void LogRefused(ulong epoch, ulong batch, string message);
}
