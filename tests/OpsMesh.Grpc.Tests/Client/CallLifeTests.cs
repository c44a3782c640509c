using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Client;

/// <summary>A channel lives as long as its process: what an ended call leaves on it stays for ever.</summary>
public sealed class CallLifeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CallThatEndsAtItsStart_LeavesNothingOnItsChannel(bool cancelled)
    {
        using var channel = GrpcChannel.ForAddress("http://localhost:9");

        var held = await EndAtStartAsync(channel, cancelled);

        for (var attempt = 0; attempt < 10 && held.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(held.IsAlive);
        GC.KeepAlive(channel);
    }

    /// <returns>Something that only the call held.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> EndAtStartAsync(GrpcChannel channel, bool cancelled)
    {
        var headers = new Metadata();
        var options = cancelled
            ? new CallOptions(headers, cancellationToken: new CancellationToken(canceled: true))
            : new CallOptions(headers, deadline: DateTime.MinValue);
        await Assert.ThrowsAsync<RpcException>(async () => await new Echo.EchoClient(channel).UnaryAsync(new EchoRequest(), options));
        return new WeakReference(headers);
    }
}
