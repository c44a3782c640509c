using OpsMesh.Sidecar.Resilience;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>What an application made of an event.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Done; also when a gRPC application does not handle events at all.</summary>
    Handled,

    /// <summary>Not wanted: to the dead letter topic, if there is one.</summary>
    Dropped,

    /// <summary>Failed: once more, as the policy says.</summary>
    Failed,
}

/// <param name="HttpStatus">Of a failed delivery, when the application answered with one.</param>
/// <param name="GrpcStatus">The same over gRPC.</param>
internal readonly record struct DeliveryResult(DeliveryOutcome Outcome, int? HttpStatus = null, int? GrpcStatus = null)
{
    public static readonly DeliveryResult Handled = new(DeliveryOutcome.Handled);

    public static readonly DeliveryResult Dropped = new(DeliveryOutcome.Dropped);

    public static readonly DeliveryResult Failed = new(DeliveryOutcome.Failed);

    public Verdict Verdict => Outcome == DeliveryOutcome.Failed ? Verdict.Retry with { HttpStatus = HttpStatus, GrpcStatus = GrpcStatus } : Verdict.Success;
}
