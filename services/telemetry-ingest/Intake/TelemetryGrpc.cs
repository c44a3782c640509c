using Grpc.Core;
using OpsMesh.Access;
using OpsMesh.Contracts.Telemetry.V1;
using OpsMesh.Rpc;

namespace OpsMesh.TelemetryIngest.Intake;

/// <summary>Wire adapter of what daemons bring. It decides nothing.</summary>
internal sealed class TelemetryGrpc(ReportMetricsHandler report) : TelemetryService.TelemetryServiceBase
{
    public override async Task<ReportMetricsResponse> ReportMetrics(ReportMetricsRequest request, ServerCallContext context) =>
        (await report.HandleAsync(context.GetNodeId(), request, context.CancellationToken)).OrThrowRpc();
}
