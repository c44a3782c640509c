namespace Grpc.AspNetCore.HealthChecks;

/// <summary>The health checks behind one gRPC service.</summary>
public sealed class ServiceMapping(string name, Func<HealthCheckMapContext, bool> predicate)
{
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    public Func<HealthCheckMapContext, bool>? HealthCheckPredicate { get; } = predicate;
}
