using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>Brings each periodic health report to those who watch.</summary>
internal sealed class GrpcHealthChecksPublisher(HealthServiceImpl health, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var mapping in options.Value.Services)
        {
            var entries = report.Entries
                .Where(entry => mapping.HealthCheckPredicate?.Invoke(new(entry.Key, entry.Value.Tags)) ?? true)
                .Select(entry => entry.Value);
            health.SetStatus(mapping.Name, HealthStatuses.Of(entries));
        }

        return Task.CompletedTask;
    }
}
