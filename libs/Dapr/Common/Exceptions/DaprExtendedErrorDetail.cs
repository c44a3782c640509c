namespace Dapr.Common.Exceptions;

/// <summary>One of google.rpc's standard details, or one that this client does not know.</summary>
public abstract record DaprExtendedErrorDetail(DaprExtendedErrorType ErrorType);

public sealed record DaprUnknownDetail(string TypeUrl) : DaprExtendedErrorDetail(DaprExtendedErrorType.Unknown);

public sealed record DaprDebugInfoDetail(IReadOnlyCollection<string> StackEntries, string Detail) : DaprExtendedErrorDetail(DaprExtendedErrorType.DebugInfo);

public sealed record DaprPreconditionFailureViolation(string Type, string Subject, string Description);

public sealed record DaprPreconditionFailureDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.PreconditionFailure)
{
    public IReadOnlyCollection<DaprPreconditionFailureViolation> Violations { get; init; } = [];
}

public sealed record DaprRetryDelay(long Seconds, int Nanos);

public sealed record DaprRetryInfoDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.RetryInfo)
{
#pragma warning disable CA1051 // A field, as officially.
    public DaprRetryDelay Delay = new(Seconds: 1, Nanos: 0);
#pragma warning restore CA1051
}

public sealed record DaprQuotaFailureViolation(string Subject, string Description);

public sealed record DaprQuotaFailureDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.QuotaFailure)
{
    public IReadOnlyCollection<DaprQuotaFailureViolation> Violations { get; init; } = [];
}

public sealed record DaprBadRequestDetailFieldViolation(string Field, string Description);

public sealed record DaprBadRequestDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.BadRequest)
{
    public IReadOnlyCollection<DaprBadRequestDetailFieldViolation> FieldViolations { get; init; } = [];
}

public sealed record DaprRequestInfoDetail(string RequestId, string ServingData) : DaprExtendedErrorDetail(DaprExtendedErrorType.RequestInfo);

public sealed record DaprLocalizedMessageDetail(string Locale, string Message) : DaprExtendedErrorDetail(DaprExtendedErrorType.LocalizedMessage);

public sealed record DaprHelpDetailLink(string Url, string Description);

public sealed record DaprHelpDetail() : DaprExtendedErrorDetail(DaprExtendedErrorType.Help)
{
    public IReadOnlyCollection<DaprHelpDetailLink> Links { get; init; } = [];
}

public sealed record DaprResourceInfoDetail(string ResourceType, string ResourceName, string Owner, string Description) : DaprExtendedErrorDetail(DaprExtendedErrorType.ResourceInfo);

public sealed record DaprErrorInfoDetail(string Reason, string Domain, IDictionary<string, string>? Metadata) : DaprExtendedErrorDetail(DaprExtendedErrorType.ErrorInfo);
