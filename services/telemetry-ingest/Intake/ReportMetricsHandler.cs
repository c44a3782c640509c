using Microsoft.Extensions.Options;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.TelemetryIngest.Flushing;

namespace OpsMesh.TelemetryIngest.Intake;

/// <summary>Takes a batch of a node and answers once it is durable.</summary>
internal sealed class ReportMetricsHandler(BatchQueue queue, IntakeMetrics metrics, IOptions<IntakeOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan FullRetryDelay = TimeSpan.FromSeconds(1);

    private readonly IntakeOptions _options = options.Value;

    /// <param name="nodeId">Of the caller's certificate.</param>
    /// <returns>
    /// What was refused item by item; or Invalid (batch_seq or daemon_epoch out of range, too many values in all), Busy (the queue is
    /// full; send again), Unavailable (the store did not take it; send again).
    /// </returns>
    public async Task<Outcome<ReportMetricsResponse>> HandleAsync(
        string nodeId, ReportMetricsRequest request, CancellationToken cancellationToken)
    {
        if (CheckBatch(request) is { } refusal)
        {
            return refusal;
        }

        var response = new ReportMetricsResponse { Success = true };
        var batch = new PendingBatch(nodeId, (long)request.DaemonEpoch, (long)request.BatchSeq, Accept(request, response));
        if (!queue.TryAdd(batch))
        {
            metrics.Refused(batch.ValueCount, Reasons.QueueFull);
            return new Failure(FailureKind.Busy, Reasons.QueueFull, "Too many batches wait to be stored.") { RetryAfter = FullRetryDelay };
        }

        if (await batch.Refusal.WaitAsync(cancellationToken) is { } notStored)
        {
            metrics.Refused(batch.ValueCount, notStored.Reason);
            return notStored;
        }

        metrics.Stored(batch.AlreadyStored ? 0 : batch.ValueCount);
        response.AckedThroughSeq = (ulong)batch.AckedThroughSeq;
        response.Message = batch.AlreadyStored ? "The batch was stored before." : "";
        return response;
    }

    private Failure? CheckBatch(ReportMetricsRequest request)
    {
        if (request.NodeId.Length == 0)
        {
            return Refuse(Reasons.FieldRequired, "node_id", "it is required");
        }

        if (request.BatchSeq is 0 or > long.MaxValue)
        {
            return Refuse(Reasons.OutOfRange, "batch_seq", "it counts from 1");
        }

        if (request.DaemonEpoch > long.MaxValue)
        {
            return Refuse(Reasons.OutOfRange, "daemon_epoch", "it is too large");
        }

        return request.Metrics.Sum(m => m.Values.Count) > _options.MaxValues
            ? Refuse(Reasons.TooManyItems, "metrics", $"at most {_options.MaxValues} values in all are allowed")
            : null;
    }

    private List<Sample> Accept(ReportMetricsRequest request, ReportMetricsResponse response)
    {
        var now = clock.GetUtcNow();
        var samples = new List<Sample>(request.Metrics.Count);
        for (var i = 0; i < request.Metrics.Count; i++)
        {
            var metric = request.Metrics[i];
            if (MetricRules.Check(metric, now, _options) is { } rejection)
            {
                metrics.Refused(metric.Values.Count, rejection.Reason);
                response.Rejected.Add(new RejectedMetric { Index = i, Reason = rejection.Reason, Message = rejection.Message });
            }
            else
            {
                samples.Add(new Sample(metric.Type, metric.Timestamp, [.. metric.Values]));
            }
        }

        return samples;
    }

    private static Failure Refuse(string reason, string field, string rule) =>
        new(FailureKind.Invalid, reason, $"{field}: {rule}.") { Field = field };
}
