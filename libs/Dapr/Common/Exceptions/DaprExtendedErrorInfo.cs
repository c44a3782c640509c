namespace Dapr.Common.Exceptions;

/// <summary>What a sidecar says of a failure beyond its status.</summary>
/// <param name="Code">Of gRPC.</param>
public sealed record DaprExtendedErrorInfo(int Code, string Message)
{
    public DaprExtendedErrorDetail[] Details { get; init; } = [];
}

public enum DaprExtendedErrorType
{
    Unknown,
    RetryInfo,
    DebugInfo,
    QuotaFailure,
    PreconditionFailure,
    RequestInfo,
    LocalizedMessage,
    BadRequest,
    ErrorInfo,
    Help,
    ResourceInfo,
}
