using Grpc.Core;
using OpsMesh.Sidecar.Tests.Echo;
using OpsMesh.Sidecar.Tests.Mesh;

namespace OpsMesh.Sidecar.Tests.Proxying;

public sealed class ProxyTests(MeshFixture mesh)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Echo.Echo.EchoClient Client => new(mesh.InvokerTo("echo"));

    [Fact]
    public async Task UnaryCall_BringsHeadersMessageAndTrailers()
    {
        using var call = Client.UnaryAsync(new Msg { Text = "headers", N = 1 }, cancellationToken: Cancellation);

        var answer = await call.ResponseAsync;

        Assert.Equal(("Unary:headers", 2), (answer.Text, answer.N));
        Assert.Equal("h1", (await call.ResponseHeadersAsync).GetValue("x-header"));
        Assert.Equal("t1", call.GetTrailers().GetValue("x-trailer"));
        Assert.Equal([1, 2, 255], call.GetTrailers().GetValueBytes("x-trailer-bin"));
    }

    [Fact]
    public async Task FailedCall_BringsItsStatusAndTrailers()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(async () => await Client.UnaryAsync(new Msg { Text = "fail" }, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.NotFound, "no such thing: ü%"), (failure.StatusCode, failure.Status.Detail));
        Assert.Equal("t1", failure.Trailers.GetValue("x-trailer"));
    }

    [Fact]
    public async Task Application_SeesWhoReallyCallsAndItsOwnToken()
    {
        var headers = new Metadata { { "dapr-caller-app-id", "somebody-else" }, { "x-own", "1" } };
        await Client.UnaryAsync(new Msg { Text = "who" }, headers, cancellationToken: Cancellation);

        var seen = mesh.Echo.Headers["Unary"];

        // As with daprd: what the client claims stands before the truth, and whoever asks for one value gets the last.
        Assert.Equal(["somebody-else", "caller"], seen.GetAll("dapr-caller-app-id").Select(e => e.Value));
        Assert.Equal("caller", seen.GetValue("dapr-caller-app-id"));
        Assert.Equal(["echo"], seen.GetAll("dapr-callee-app-id").Select(e => e.Value));
        Assert.Equal([MeshFixture.AppToken("echo")], seen.GetAll("dapr-api-token").Select(e => e.Value));
        Assert.Equal("1", seen.GetValue("x-own"));
        Assert.Null(seen.GetValue("dapr-app-id"));
    }

    [Fact]
    public async Task ServerStream_BringsAllMessagesAndThenTheFailure()
    {
        using var call = Client.ServerStream(new Msg { Text = "fail", N = 500 }, cancellationToken: Cancellation);
        var count = 0;

        var failure = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var message in call.ResponseStream.ReadAllAsync(Cancellation))
            {
                Assert.Equal(count++, message.N);
            }
        });

        Assert.Equal(500, count);
        Assert.Equal(StatusCode.DataLoss, failure.StatusCode);
        Assert.Equal("500", call.GetTrailers().GetValue("x-count"));
    }

    [Fact]
    public async Task ClientStream_CountsEveryMessage()
    {
        using var call = Client.ClientStream(cancellationToken: Cancellation);
        for (var i = 0; i < 300; i++)
        {
            await call.RequestStream.WriteAsync(new Msg { N = 1 }, Cancellation);
        }

        await call.RequestStream.CompleteAsync();

        Assert.Equal(300, (await call.ResponseAsync).N);
    }

    [Fact]
    public async Task BidirectionalStream_AnswersEachMessageBeforeTheNext()
    {
        using var call = Client.Bidi(new Metadata { { "dapr-stream", "true" } }, cancellationToken: Cancellation);
        for (var i = 0; i < 50; i++)
        {
            await call.RequestStream.WriteAsync(new Msg { Text = "m", N = i }, Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            Assert.Equal(("echo:m", i), (call.ResponseStream.Current.Text, call.ResponseStream.Current.N));
        }

        await call.RequestStream.CompleteAsync();

        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task LargeMessage_PassesWhole()
    {
        var data = Google.Protobuf.ByteString.CopyFrom(new byte[3 << 20]);

        var answer = await Client.UnaryAsync(new Msg { Data = data }, cancellationToken: Cancellation);

        Assert.Equal(data, answer.Data);
    }

    [Fact]
    public async Task Deadline_EndsTheCallAtTheApplicationToo()
    {
        mesh.Echo.Cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await Client.UnaryAsync(
            new Msg { Text = "hang" }, deadline: TimeProvider.System.GetUtcNow().AddMilliseconds(300).UtcDateTime, cancellationToken: Cancellation));
        await mesh.Echo.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
    }

    [Fact]
    public async Task UnknownApplication_IsNamed()
    {
        var client = new Echo.Echo.EchoClient(mesh.InvokerTo("nobody"));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new Msg(), cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unknown, "no host found with the given ID"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task ApplicationThatIsNotThere_IsUnavailableAtOnce()
    {
        var client = new Echo.Echo.EchoClient(mesh.InvokerTo("absent"));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new Msg(), cancellationToken: Cancellation));

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task WrongToken_IsUnauthenticated()
    {
        using var channel = mesh.Channel("caller");
        var headers = new Metadata { { "dapr-app-id", "echo" }, { "dapr-api-token", "wrong" } };

        var failure = await Assert.ThrowsAsync<RpcException>(
            async () => await new Echo.Echo.EchoClient(channel).UnaryAsync(new Msg(), headers, cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unauthenticated, "Unauthorized"), (failure.StatusCode, failure.Status.Detail));
    }

    [Fact]
    public async Task HttpInvocation_PassesThroughWhateverTheStatus()
    {
        using var http = mesh.Http("caller");

        using var answer = await http.GetAsync(new Uri("v1.0/invoke/web/method/echo/a%20b?q=1", UriKind.Relative), Cancellation);

        Assert.Equal(418, (int)answer.StatusCode);
        Assert.Equal($"GET /echo/a b?q=1 caller {MeshFixture.AppToken("web")}", await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
