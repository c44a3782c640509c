using Grpc.Core;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Rpc;

namespace OpsMesh.TelemetryIngest.Queries;

/// <summary>Wire adapter of questions about metrics. It decides nothing.</summary>
internal sealed class MetricsGrpc(MetricQueriesHandler queries) : MetricsService.MetricsServiceBase
{
    public override async Task<QueryMetricsResponse> QueryMetrics(QueryMetricsRequest request, ServerCallContext context) =>
        (await queries.QueryAsync(request, context.CancellationToken)).OrThrowRpc();

    public override async Task<LatestMetricsResponse> LatestMetrics(LatestMetricsRequest request, ServerCallContext context) =>
        (await queries.LatestAsync(request, context.CancellationToken)).OrThrowRpc();
}
