using Dapr;
using Grpc.Core;

namespace OpsMesh.Dapr.Tests.Client;

public sealed class ConfigurationTests(SidecarFixture sidecar)
{
    private const string Store = "config";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Values_AreReadWithTheirVersions()
    {
        sidecar.NeedRedis();
        await sidecar.SetAsync("read1", "one||v1");
        await sidecar.SetAsync("read2", "two");

        var answer = await sidecar.Client.GetConfiguration(Store, ["read1", "read2", "absent"], cancellationToken: Cancellation);

        Assert.Equal(["read1", "read2"], answer.Items.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("one", "v1"), (answer.Items["read1"].Value, answer.Items["read1"].Version));
        Assert.Equal(("two", ""), (answer.Items["read2"].Value, answer.Items["read2"].Version));
    }

    [Fact]
    public async Task Subscription_HasItsIdAtOnceAndEndsWhenUnsubscribed()
    {
        sidecar.NeedRedis();
        var subscription = await sidecar.Client.SubscribeConfiguration(Store, ["watched"], cancellationToken: Cancellation);
        await using var changes = subscription.Source.GetAsyncEnumerator(Cancellation);

        await sidecar.SetAsync("watched", "new||7");
        Assert.True(await changes.MoveNextAsync());
        var change = changes.Current["watched"];
        var ended = await sidecar.Client.UnsubscribeConfiguration(Store, subscription.Id, Cancellation);

        Assert.True(Guid.TryParse(subscription.Id, out _));
        Assert.Equal(("new", "7"), (change.Value, change.Version));
        Assert.True(ended.Ok);
        Assert.False(await changes.MoveNextAsync());
    }

    [Fact]
    public async Task UnknownSubscription_IsNotOk()
    {
        sidecar.NeedRedis();
        var answer = await sidecar.Client.UnsubscribeConfiguration(Store, "nobody", Cancellation);

        Assert.False(answer.Ok);
        Assert.Contains("nobody", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownStore_IsADaprExceptionWhenReadAndBareWhenSubscribed()
    {
        var read = await Assert.ThrowsAsync<DaprException>(() => sidecar.Client.GetConfiguration("nowhere", ["k"], cancellationToken: Cancellation));
        await Assert.ThrowsAsync<RpcException>(() => sidecar.Client.SubscribeConfiguration("nowhere", ["k"], cancellationToken: Cancellation));

        Assert.StartsWith("GetConfiguration operation failed:", read.Message, StringComparison.Ordinal);
    }
}
