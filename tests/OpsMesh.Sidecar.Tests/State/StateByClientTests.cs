using Dapr;
using Dapr.Client;
using Grpc.Core;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.State;

public sealed class StateByClientTests(MeshFixture mesh)
{
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task EntryThatWasChangedMeanwhile_IsNotSaved(string store)
    {
        using var client = mesh.Client("caller");
        await client.SaveStateAsync(store, "entry", 1, cancellationToken: Cancellation);
        var mine = await client.GetStateEntryAsync<int>(store, "entry", cancellationToken: Cancellation);
        var theirs = await client.GetStateEntryAsync<int>(store, "entry", cancellationToken: Cancellation);
        theirs.Value = 2;
        mine.Value = 3;

        var wasTheirsSaved = await theirs.TrySaveAsync(cancellationToken: Cancellation);
        var wasMineSaved = await mine.TrySaveAsync(cancellationToken: Cancellation);

        Assert.Equal((true, false), (wasTheirsSaved, wasMineSaved));
        Assert.Equal(2, await client.GetStateAsync<int>(store, "entry", cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task TransactionWithATakenInsert_FailsAsInternalAndChangesNothing(string store)
    {
        using var client = mesh.Client("caller");
        StateTransactionRequest[] operations =
        [
            new("ctx-document", [1, 2], StateOperationType.Upsert),
            new("ctx-insert", [3], StateOperationType.Upsert, options: FirstWrite),
        ];
        await client.ExecuteStateTransactionAsync(store, operations, cancellationToken: Cancellation);
        operations[0].Value = [9];

        var failure = await Assert.ThrowsAsync<DaprException>(
            () => client.ExecuteStateTransactionAsync(store, operations, cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Internal, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
        Assert.Equal([1, 2], (await client.GetByteStateAsync(store, "ctx-document", cancellationToken: Cancellation)).ToArray());
    }

    [Fact]
    public async Task MissingKey_IsDefaultWithAnEmptyETag()
    {
        using var client = mesh.Client("caller");

        var (value, etag) = await client.GetStateAndETagAsync<string>("sqlite", "never-written", cancellationToken: Cancellation);
        var (bytes, _) = await client.GetByteStateAndETagAsync("sqlite", "never-written", cancellationToken: Cancellation);

        Assert.Null(value);
        Assert.Equal("", etag);
        Assert.True(bytes.IsEmpty);
    }

    [Fact]
    public async Task StoreWithPrefixName_IsSharedAndOthersAreNot()
    {
        using var caller = mesh.Client("caller");
        using var other = mesh.Client("other");

        await caller.SaveStateAsync("shared", "both", "x", cancellationToken: Cancellation);
        await caller.SaveStateAsync("sqlite", "mine", "x", cancellationToken: Cancellation);

        Assert.Equal("x", await other.GetStateAsync<string>("shared", "both", cancellationToken: Cancellation));
        Assert.Null(await other.GetStateAsync<string>("sqlite", "mine", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task ManyWritersOfOneKey_EachIncrementOnce()
    {
        using var client = mesh.Client("caller");
        await client.SaveStateAsync("sqlite", "counter", 0, cancellationToken: Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => IncrementAsync(client)));

        Assert.Equal(16, await client.GetStateAsync<int>("sqlite", "counter", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task BulkGet_AnswersEveryKey()
    {
        using var client = mesh.Client("caller");
        await client.SaveStateAsync("memory", "bulk-1", "a", cancellationToken: Cancellation);

        var items = await client.GetBulkStateAsync<string?>("memory", ["bulk-1", "bulk-2"], parallelism: null, cancellationToken: Cancellation);

        Assert.Equal([("bulk-1", "a"), ("bulk-2", null)], items.Select(i => (i.Key, i.Value)));
    }

    [Fact]
    public async Task Metadata_NamesTheComponents()
    {
        using var client = mesh.Client("caller");

        var metadata = await client.GetMetadataAsync(Cancellation);

        Assert.Equal("caller", metadata.Id);
        Assert.Equal(["memory", "sqlite", "shared", "pubsub"], metadata.Components.Select(c => c.Name));
        Assert.True(await client.CheckHealthAsync(Cancellation));
    }

    [Fact]
    public async Task UnknownStore_SaysSoInItsDetails()
    {
        using var client = mesh.Client("caller");

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("nope", "k", cancellationToken: Cancellation));

        var status = Assert.IsType<RpcException>(failure.InnerException);
        var details = Google.Rpc.Status.Parser.ParseFrom(status.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("DAPR_STATE_NOT_FOUND", Assert.Single(details.Details).Unpack<Google.Rpc.ErrorInfo>().Reason);
    }

    private static async Task IncrementAsync(DaprClient client)
    {
        while (true)
        {
            var entry = await client.GetStateEntryAsync<int>("sqlite", "counter", cancellationToken: Cancellation);
            entry.Value++;
            if (await entry.TrySaveAsync(cancellationToken: Cancellation))
            {
                return;
            }
        }
    }
}
