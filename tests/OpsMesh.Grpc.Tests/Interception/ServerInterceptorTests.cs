using Grpc.Core;
using Grpc.Core.Interceptors;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Interception;

public sealed class ServerInterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Interceptors_RunInOrderOfRegistrationAroundEveryKind()
    {
        await using var server = await EchoServer.StartAsync(options =>
        {
            options.Interceptors.Add<Tracing>("outer");
            options.Interceptors.Add<Tracing>("inner");
        });
        var client = server.Client();

        await client.UnaryAsync(new EchoRequest(), cancellationToken: Token);
        using var collect = client.Collect(cancellationToken: Token);
        await collect.RequestStream.CompleteAsync();
        await collect;
        using var expand = client.Expand(new() { Count = 1 }, cancellationToken: Token);
        Assert.True(await expand.ResponseStream.MoveNext(Token));
        Assert.False(await expand.ResponseStream.MoveNext(Token));
        using var chat = client.Chat(cancellationToken: Token);
        await chat.RequestStream.CompleteAsync();
        Assert.False(await chat.ResponseStream.MoveNext(Token));

        string[] around(string kind) => [$"outer > {kind}", $"inner > {kind}", $"inner < {kind}", $"outer < {kind}"];
        Assert.Equal(
            [.. around("unary"), .. around("collect"), .. around("expand"), .. around("chat")],
            server.Log.Lines.Where(line => line.Contains('>', StringComparison.Ordinal) || line.Contains('<', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task RefusingInterceptor_KeepsTheServiceOut()
    {
        await using var server = await EchoServer.StartAsync(options => options.Interceptors.Add<Refusing>());

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client().UnaryAsync(new EchoRequest(), cancellationToken: Token).ResponseAsync);

        Assert.Equal(StatusCode.PermissionDenied, failure.StatusCode);
        Assert.Equal("no", failure.Trailers.GetValue("answer"));
        Assert.False(server.Log.FirstCall.IsCompleted);
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new(StatusCode.PermissionDenied, "no"), new Metadata { { "answer", "no" } });
    }

    private sealed class Tracing(string name, EchoLog log) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            log.Lines.Enqueue($"{name} > unary");
            var response = await continuation(request, context);
            log.Lines.Enqueue($"{name} < unary");
            return response;
        }

        public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Lines.Enqueue($"{name} > collect");
            var response = await continuation(requestStream, context);
            log.Lines.Enqueue($"{name} < collect");
            return response;
        }

        public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Lines.Enqueue($"{name} > expand");
            await continuation(request, responseStream, context);
            log.Lines.Enqueue($"{name} < expand");
        }

        public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            log.Lines.Enqueue($"{name} > chat");
            await continuation(requestStream, responseStream, context);
            log.Lines.Enqueue($"{name} < chat");
        }
    }
}
