namespace OpsMesh.Sidecar.Resilience;

/// <summary>What the result of an attempt means to a policy.</summary>
/// <param name="IsSuccess">Counts as a success for a breaker.</param>
/// <param name="MayRetry">Another attempt may help.</param>
/// <param name="HttpStatus">What <c>matching.httpStatusCodes</c> is compared with; null: it does not apply.</param>
/// <param name="GrpcStatus">The same for <c>matching.gRPCStatusCodes</c>.</param>
internal readonly record struct Verdict(bool IsSuccess, bool MayRetry, int? HttpStatus = null, int? GrpcStatus = null)
{
    public static readonly Verdict Success = new(IsSuccess: true, MayRetry: false);

    public static readonly Verdict Retry = new(IsSuccess: false, MayRetry: true);

    public static readonly Verdict GiveUp = new(IsSuccess: false, MayRetry: false);
}

/// <summary>An exception that says itself what it means to a policy.</summary>
internal interface IJudgedFailure
{
    Verdict Verdict { get; }
}
