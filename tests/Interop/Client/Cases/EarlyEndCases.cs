using Grpc.Core;

namespace OpsMesh.Interop.Client.Cases;

/// <summary>Calls that the client ends.</summary>
internal static class EarlyEndCases
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(1);

    public static async Task CancelAfterBeginAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = channel.Service.StreamingInputCall(cancellationToken: cancelling.Token);
        await cancelling.CancelAsync();

        await Expect.FailureAsync(StatusCode.Cancelled, () => call.ResponseAsync);
    }

    public static async Task CancelAfterFirstResponseAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = channel.Service.FullDuplexCall(cancellationToken: cancelling.Token);
        await call.RequestStream.WriteAsync(StreamingCases.Request(27_182, 31_415), cancellationToken);
        await StreamingCases.NextAsync(call.ResponseStream, 31_415, cancellationToken);
        await cancelling.CancelAsync();

        await Expect.FailureAsync(StatusCode.Cancelled, () => call.ResponseStream.MoveNext(cancellationToken));
    }

    public static async Task TimeoutOnSleepingServerAsync(InteropChannel channel, CancellationToken cancellationToken)
    {
        var deadline = TimeProvider.System.GetUtcNow().Add(Timeout).UtcDateTime;
        await Expect.FailureAsync(StatusCode.DeadlineExceeded, async () =>
        {
            using var call = channel.Service.FullDuplexCall(deadline: deadline, cancellationToken: cancellationToken);
            await call.RequestStream.WriteAsync(new() { Payload = Payloads.Zeros(27_182) }, cancellationToken);
            await call.ResponseStream.MoveNext(cancellationToken);
        });
    }
}
