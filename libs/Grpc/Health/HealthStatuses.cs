using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.AspNetCore.HealthChecks;

internal static class HealthStatuses
{
    /// <summary>One unhealthy check is enough for NOT_SERVING; no check at all is UNKNOWN.</summary>
    public static ServingStatus Of(IEnumerable<HealthReportEntry> entries)
    {
        var status = ServingStatus.Unknown;
        foreach (var entry in entries)
        {
            if (entry.Status == HealthStatus.Unhealthy)
            {
                return ServingStatus.NotServing;
            }

            status = ServingStatus.Serving;
        }

        return status;
    }
}
