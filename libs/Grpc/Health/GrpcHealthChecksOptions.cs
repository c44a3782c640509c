namespace Grpc.AspNetCore.HealthChecks;

public sealed class GrpcHealthChecksOptions
{
    /// <summary>Which health checks speak for which gRPC service; "" is the whole server and takes all.</summary>
    public ServiceMappingCollection Services { get; } = new();

    /// <summary>True answers Check from the last published report; false, the default, runs the checks.</summary>
    public bool UseHealthChecksCache { get; set; }

    /// <summary>True leaves watches open while the server stops.</summary>
    public bool SuppressCompletionOnShutdown { get; set; }
}
