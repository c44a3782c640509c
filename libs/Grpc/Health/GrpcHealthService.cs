using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.HealthChecks;

/// <summary>grpc.health.v1 from ASP.NET Core's health checks.</summary>
internal sealed class GrpcHealthService : Health.V1.Health.HealthBase, IDisposable
{
    private readonly HealthServiceImpl _watched;
    private readonly HealthCheckService _checks;
    private readonly GrpcHealthChecksOptions _options;
    private readonly IHostApplicationLifetime? _lifetime;
    private readonly CancellationTokenRegistration _stopping;

    public GrpcHealthService(
        HealthServiceImpl watched,
        HealthCheckService checks,
        IOptions<GrpcHealthChecksOptions> options,
        IHostApplicationLifetime? lifetime = null)
    {
        _watched = watched;
        _checks = checks;
        _options = options.Value;
        _lifetime = lifetime;
        if (lifetime is not null)
        {
            _stopping = lifetime.ApplicationStopping.Register(() => watched.Stop(!_options.SuppressCompletionOnShutdown));
        }
    }

    public override async Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (Find(request.Service) is not { } mapping)
        {
            // The application may have set its status itself.
            return await _watched.Check(request, context);
        }

        return _lifetime?.ApplicationStopping.IsCancellationRequested == true
            ? new() { Status = HealthCheckResponse.Types.ServingStatus.NotServing }
            : _options.UseHealthChecksCache
                ? await _watched.Check(request, context)
                : new() { Status = await EvaluateAsync(mapping, context.CancellationToken) };
    }

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        // The publisher may not have run yet; a watcher should not wait for it.
        if (Find(request.Service) is { } mapping)
        {
            _watched.SetStatus(mapping.Name, await EvaluateAsync(mapping, context.CancellationToken));
        }

        await _watched.Watch(request, responseStream, context);
    }

    public void Dispose() => _stopping.Dispose();

    private ServiceMapping? Find(string service) => _options.Services.FirstOrDefault(mapping => mapping.Name == service);

    private async Task<HealthCheckResponse.Types.ServingStatus> EvaluateAsync(ServiceMapping mapping, CancellationToken cancellationToken)
    {
        var report = await _checks.CheckHealthAsync(
            check => mapping.HealthCheckPredicate?.Invoke(new(check.Name, check.Tags)) ?? true, cancellationToken);
        return HealthStatuses.Of(report.Entries.Values);
    }
}
