using Grpc.Core;

namespace OpsMesh.Rpc;

public sealed class RpcStatusMapTests
{
    [Theory]
    [InlineData(FailureKind.Invalid, StatusCode.InvalidArgument)]
    [InlineData(FailureKind.Unauthenticated, StatusCode.Unauthenticated)]
    [InlineData(FailureKind.Denied, StatusCode.PermissionDenied)]
    [InlineData(FailureKind.NotFound, StatusCode.NotFound)]
    [InlineData(FailureKind.Conflict, StatusCode.FailedPrecondition)]
    [InlineData(FailureKind.Raced, StatusCode.Aborted)]
    [InlineData(FailureKind.Busy, StatusCode.ResourceExhausted)]
    [InlineData(FailureKind.TooLate, StatusCode.DeadlineExceeded)]
    [InlineData(FailureKind.Unsupported, StatusCode.Unimplemented)]
    [InlineData(FailureKind.Unavailable, StatusCode.Unavailable)]
    public void Refusal_SurvivesTheWire(FailureKind kind, StatusCode code)
    {
        var failure = new Failure(kind, Reasons.QueueFull, "The queue of n1 is full.") { Field = "node_id", RetryAfter = TimeSpan.FromSeconds(3) };

        var exception = RpcStatusMap.ToRpcException(failure);

        Assert.Equal(code, exception.StatusCode);
        Assert.Equal(failure, RpcStatusMap.ToFailure(exception));
    }

    [Fact]
    public void StatusWithoutDetails_IsNoRefusalOfOurs() =>
        Assert.Null(RpcStatusMap.ToFailure(new RpcException(new Status(StatusCode.Unavailable, "connection reset"))));

    [Fact]
    public void OutcomeThatWasNeverSet_Throws() => Assert.Throws<InvalidOperationException>(() => default(Outcome<string>).OrThrowRpc());
}
