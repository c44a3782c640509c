using Dapr.Client;

#pragma warning disable DAPR_DISTRIBUTEDLOCK // Callers have to say so.

namespace OpsMesh.Dapr.Tests.Client;

public sealed class LockTests(SidecarFixture sidecar)
{
    private const string Store = "locks";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lock_IsTakenOnceAndGivenBackByDisposing()
    {
        sidecar.NeedRedis();
        var first = await sidecar.Client.Lock(Store, "one", "me", 60, Cancellation);
        await using (var second = await sidecar.Client.Lock(Store, "one", "you", 60, Cancellation))
        {
            Assert.True(first.Success);
            Assert.False(second.Success);
        }

        var ofOthers = await sidecar.Client.Unlock(Store, "one", "you", Cancellation);
        await first.DisposeAsync();
        var gone = await sidecar.Client.Unlock(Store, "one", "me", Cancellation);

        Assert.Equal(LockStatus.LockBelongsToOthers, ofOthers.status);
        Assert.Equal(LockStatus.LockDoesNotExist, gone.status);
    }

    [Theory]
    [InlineData("", "r", "o", 1)]
    [InlineData("s", "", "o", 1)]
    [InlineData("s", "r", "", 1)]
    [InlineData("s", "r", "o", 0)]
    public async Task WrongArguments_AreRefusedBeforeTheCall(string store, string resource, string owner, int seconds) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => sidecar.Client.Lock(store, resource, owner, seconds, Cancellation));
}
