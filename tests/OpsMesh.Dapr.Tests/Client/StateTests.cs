using Dapr;
using Dapr.Client;
using Grpc.Core;

namespace OpsMesh.Dapr.Tests.Client;

public sealed class StateTests(SidecarFixture sidecar)
{
    private const string Store = "store";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_AreStoredAsTheyAre()
    {
        var client = sidecar.Client;
        byte[] bytes = [0, 255, (byte)'"', 10];

        await client.SaveByteStateAsync(Store, "bytes", bytes, cancellationToken: Cancellation);
        var (read, etag) = await client.GetByteStateAndETagAsync(Store, "bytes", cancellationToken: Cancellation);

        Assert.Equal(bytes, read.ToArray());
        Assert.Equal(bytes, (await client.GetByteStateAsync(Store, "bytes", cancellationToken: Cancellation)).ToArray());
        Assert.True(await client.TrySaveByteStateAsync(Store, "bytes", new byte[] { 1 }, etag, cancellationToken: Cancellation));
        Assert.False(await client.TrySaveByteStateAsync(Store, "bytes", new byte[] { 2 }, etag, cancellationToken: Cancellation));
        Assert.Equal([1], (await client.GetByteStateAsync(Store, "bytes", cancellationToken: Cancellation)).ToArray());
    }

    [Fact]
    public async Task MissingKey_IsDefaultAndEmptyETag()
    {
        var (value, etag) = await sidecar.Client.GetStateAndETagAsync<string?>(Store, "no such", cancellationToken: Cancellation);

        Assert.Null(value);
        Assert.Equal("", etag);
        Assert.True((await sidecar.Client.GetByteStateAsync(Store, "no such", cancellationToken: Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task BulkGet_AnswersInBothForms()
    {
        await sidecar.Client.SaveBulkStateAsync<int>(Store, [new("bulk1", 1, null!, null!, null!), new("bulk2", 2, null!, null!, null!)], Cancellation);

        var typed = await sidecar.Client.GetBulkStateAsync<int?>(Store, ["bulk1", "bulk2", "bulk3"], parallelism: null, cancellationToken: Cancellation);
        var text = await sidecar.Client.GetBulkStateAsync(Store, ["bulk1"], parallelism: 4, cancellationToken: Cancellation);

        Assert.Equal([("bulk1", 1), ("bulk2", 2), ("bulk3", null)], typed.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => (i.Key, i.Value)));
        Assert.Equal(("bulk1", "1"), (text[0].Key, text[0].Value));
        await sidecar.Client.DeleteBulkStateAsync(Store, [new("bulk1", null!), new("bulk2", null!)], Cancellation);
        Assert.Null(await sidecar.Client.GetStateAsync<int?>(Store, "bulk1", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task TakenETag_IsFalseForTryAndAnExceptionOtherwise()
    {
        await sidecar.Client.SaveStateAsync(Store, "etag", 1, cancellationToken: Cancellation);
        var entry = await sidecar.Client.GetStateEntryAsync<int>(Store, "etag", cancellationToken: Cancellation);
        await sidecar.Client.SaveStateAsync(Store, "etag", 2, cancellationToken: Cancellation);
        entry.Value = 3;

        Assert.False(await entry.TrySaveAsync(cancellationToken: Cancellation));
        Assert.False(await entry.TryDeleteAsync(cancellationToken: Cancellation));
        var options = new StateOptions { Concurrency = ConcurrencyMode.FirstWrite };
        var taken = await Assert.ThrowsAsync<DaprException>(() => sidecar.Client.SaveStateAsync(Store, "etag", 4, options, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Aborted, Assert.IsType<RpcException>(taken.InnerException).StatusCode);
        var request = new StateTransactionRequest("etag", "5"u8.ToArray(), StateOperationType.Upsert, entry.ETag);
        var refused = await Assert.ThrowsAsync<DaprException>(() => sidecar.Client.ExecuteStateTransactionAsync(Store, [request], cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Internal, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
        Assert.Equal(2, await sidecar.Client.GetStateAsync<int>(Store, "etag", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task ValueOfAnotherShape_IsADaprException()
    {
        await sidecar.Client.SaveStateAsync(Store, "shape", "text", cancellationToken: Cancellation);

        var failure = await Assert.ThrowsAsync<DaprException>(() => sidecar.Client.GetStateAsync<int>(Store, "shape", cancellationToken: Cancellation));

        Assert.StartsWith("State operation failed: the state payload could not be deserialized.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sidecar_IsHealthyAndDescribesItself()
    {
        await sidecar.Client.WaitForSidecarAsync(Cancellation);
        await sidecar.Client.SetMetadataAsync("tested", "yes", Cancellation);
        var metadata = await sidecar.Client.GetMetadataAsync(Cancellation);

        Assert.True(await sidecar.Client.CheckHealthAsync(Cancellation));
        Assert.True(await sidecar.Client.CheckOutboundHealthAsync(Cancellation));
        Assert.Equal("dapr-tests", metadata.Id);
        Assert.Equal("yes", metadata.Extended["tested"]);
        Assert.Contains(metadata.Components, c => c is { Name: "store", Type: "state.in-memory", Version: "v1" });
    }

    [Fact]
    public async Task WrongToken_IsUnauthenticated()
    {
        using var stranger = new DaprClientBuilder().UseGrpcEndpoint(sidecar.Grpc).UseDaprApiToken("wrong").Build();

        var refused = await Assert.ThrowsAsync<DaprException>(() => stranger.GetStateAsync<int>(Store, "key", cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unauthenticated, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
    }

    [Fact]
    public void InvocationRequest_AddressesTheSidecarWithItsToken()
    {
        using var request = sidecar.Client.CreateInvokeMethodRequest(HttpMethod.Put, "other", "/a/b?c=1", [new("d", "e f")], new { Name = "x" });

        Assert.Equal($"http://127.0.0.1:{sidecar.App.HttpPort}/v1.0/invoke/other/method/a/b?c=1&d=e%20f", request.RequestUri?.AbsoluteUri);
        Assert.Equal([sidecar.App.ApiToken], request.Headers.GetValues("dapr-api-token"));
        Assert.Equal("application/json", request.Content?.Headers.ContentType?.MediaType);
        using var post = sidecar.Client.CreateInvokeMethodRequest("other", "m");
        Assert.Equal((HttpMethod.Post, $"http://127.0.0.1:{sidecar.App.HttpPort}/v1.0/invoke/other/method/m"), (post.Method, post.RequestUri?.AbsoluteUri));
    }
}
