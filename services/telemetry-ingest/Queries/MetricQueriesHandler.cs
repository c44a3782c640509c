using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.TelemetryIngest.Flushing;

namespace OpsMesh.TelemetryIngest.Queries;

/// <summary>Answers what was measured.</summary>
internal sealed class MetricQueriesHandler(ISampleReader reader, LatestSamples latest, INodeCatalog nodes, TimeProvider clock)
{
    /// <returns>
    /// The series, none when the node never reported it; or Invalid (names the field; more than 11,000 raw samples), NotFound (neither
    /// samples nor the registry know the node), Unavailable (nobody can tell whether the node exists).
    /// </returns>
    public async Task<Outcome<QueryMetricsResponse>> QueryAsync(QueryMetricsRequest request, CancellationToken cancellationToken)
    {
        var parsed = QueryRules.Parse(request, clock.GetUtcNow());
        if (!parsed.Succeeded)
        {
            return parsed.Failure;
        }

        // One more than allowed tells that there are too many.
        var points = reader.Read(parsed.Value, QueryRules.MostPoints + 2);
        if (points is null && await CheckKnownAsync(request.NodeId, cancellationToken) is { } unknown)
        {
            return unknown;
        }

        // A range that is no multiple of the step touches one step more.
        if (points?.Count > QueryRules.MostPoints + 1)
        {
            return new Failure(
                FailureKind.Invalid, Reasons.OutOfRange, $"The range holds more than {QueryRules.MostPoints} samples; give a step.")
            {
                Field = "step",
            };
        }

        var response = new QueryMetricsResponse();
        if (points is not null)
        {
            var series = new Series { NodeId = request.NodeId, Type = request.Type, ValueName = request.ValueName };
            series.Points.AddRange(points.Select(p => new Point { Timestamp = p.TimeUnixSeconds, Value = p.Value }));
            response.Series.Add(series);
        }

        return response;
    }

    /// <returns>Ordered by node and type; or Invalid (node_id, type), NotFound, Unavailable as above.</returns>
    public async Task<Outcome<LatestMetricsResponse>> LatestAsync(LatestMetricsRequest request, CancellationToken cancellationToken)
    {
        if (request.Type.Length > 0 && QueryRules.CheckType(request.Type) is { } wrongType)
        {
            return wrongType;
        }

        var response = new LatestMetricsResponse();
        if (request.NodeId.Length == 0)
        {
            foreach (var nodeId in latest.NodeIds())
            {
                Add(response, nodeId, request.Type, latest.Of(nodeId));
            }

            return response;
        }

        if (Ids.CheckUuid(request.NodeId, "node_id") is { } wrongId)
        {
            return wrongId;
        }

        var samples = latest.Of(request.NodeId);
        if (samples.Count == 0 && await CheckKnownAsync(request.NodeId, cancellationToken) is { } unknown)
        {
            return unknown;
        }

        Add(response, request.NodeId, request.Type, samples);
        return response;
    }

    private async Task<Failure?> CheckKnownAsync(string nodeId, CancellationToken cancellationToken)
    {
        if (reader.KnowsNode(nodeId))
        {
            return null;
        }

        return await nodes.ExistsAsync(nodeId, cancellationToken) switch
        {
            true => null,
            false => new Failure(FailureKind.NotFound, Reasons.NodeUnknown, $"There is no node '{nodeId}'.") { Field = "node_id" },
            null => DocumentStore.CommitFailures.StoreUnavailable,
        };
    }

    private static void Add(LatestMetricsResponse response, string nodeId, string type, IReadOnlyList<Sample> samples)
    {
        foreach (var sample in samples.Where(s => type.Length == 0 || s.Type == type))
        {
            var metric = new LatestMetric { NodeId = nodeId, Type = sample.Type, Timestamp = sample.TimeUnixSeconds };
            foreach (var (name, value) in sample.Values)
            {
                metric.Values.Add(name, value);
            }

            response.Metrics.Add(metric);
        }
    }
}
