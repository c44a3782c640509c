using Dapr;
using Dapr.Common.Exceptions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Dapr.Tests.Common;

public sealed class ExtendedErrorTests(SidecarFixture sidecar)
{
    private static readonly IMessage[] Every =
    [
        new ErrorInfo { Reason = "R" }, new ResourceInfo { ResourceName = "r" }, new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "f" } } },
        new PreconditionFailure { Violations = { new PreconditionFailure.Types.Violation { Type = "t" } } }, new QuotaFailure { Violations = { new QuotaFailure.Types.Violation { Subject = "s" } } },
        new RetryInfo { RetryDelay = new Duration { Seconds = 7 } }, new DebugInfo { StackEntries = { "e" } }, new RequestInfo { RequestId = "q" },
        new Help { Links = { new Help.Types.Link { Url = "u" } } }, new LocalizedMessage { Locale = "l" }, new StringValue { Value = "?" },
    ];

    [Fact]
    public async Task SidecarsDetails_AreReadAsWhatTheyAre()
    {
        var failure = await Assert.ThrowsAsync<DaprException>(() => sidecar.Client.GetStateAsync<int>("nowhere", "k", cancellationToken: TestContext.Current.CancellationToken));

        Assert.True(failure.TryGetExtendedErrorInfo(out var info));
        Assert.Equal((int)StatusCode.InvalidArgument, info.Code);
        var error = Assert.IsType<DaprErrorInfoDetail>(info.Details.First(d => d.ErrorType == DaprExtendedErrorType.ErrorInfo));
        Assert.Equal(("DAPR_STATE_NOT_FOUND", "dapr.io"), (error.Reason, error.Domain));
    }

    [Fact]
    public void EveryDetail_HasItsType()
    {
        var status = new Google.Rpc.Status { Code = 5, Message = "m", Details = { Every.Select(Any.Pack) } };
        var failure = new DaprException("x", new RpcException(new global::Grpc.Core.Status(StatusCode.NotFound, "m"), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } }));

        Assert.True(failure.TryGetExtendedErrorInfo(out var info));
        Assert.Equal((5, "m"), (info.Code, info.Message));
        Assert.Equal(System.Enum.GetValues<DaprExtendedErrorType>(), info.Details.Select(d => d.ErrorType).Order());
        Assert.Equal(7, info.Details.OfType<DaprRetryInfoDetail>().Single().Delay.Seconds);
        Assert.Equal("f", info.Details.OfType<DaprBadRequestDetail>().Single().FieldViolations.Single().Field);
        Assert.EndsWith("StringValue", info.Details.OfType<DaprUnknownDetail>().Single().TypeUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void FailureWithoutDetails_HasNone()
    {
        var broken = new RpcException(new global::Grpc.Core.Status(StatusCode.Internal, ""), new Metadata { { "grpc-status-details-bin", new byte[] { 0xff } } });

        Assert.False(new DaprException("x").TryGetExtendedErrorInfo(out _));
        Assert.False(new DaprException("x", new RpcException(global::Grpc.Core.Status.DefaultCancelled)).TryGetExtendedErrorInfo(out _));
        Assert.False(new DaprException("x", broken).TryGetExtendedErrorInfo(out _));
    }
}
