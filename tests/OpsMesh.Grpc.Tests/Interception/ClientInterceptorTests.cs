using Grpc.Core;
using Grpc.Core.Interceptors;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Interception;

public sealed class ClientInterceptorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstInterceptor_IsOutermost()
    {
        await using var server = await EchoServer.StartAsync();
        var lines = new List<string>();
        var client = new Echo.EchoClient(server.Channel().Intercept(new Noting("a", lines), new Noting("b", lines)));

        await client.UnaryAsync(new EchoRequest(), cancellationToken: Token);

        Assert.Equal(["a", "b"], lines);
    }

    [Fact]
    public async Task MetadataInterceptor_AddsToEveryKind()
    {
        await using var server = await EchoServer.StartAsync();
        var client = new Echo.EchoClient(server.Channel().Intercept(metadata =>
        {
            metadata.Add("who", "me");
            return metadata;
        }));

        var call = client.UnaryAsync(new EchoRequest { Behaviour = "metadata" }, cancellationToken: Token);
        await call;

        Assert.Equal("me", call.GetTrailers().GetValue("who"));
    }

    private sealed class Noting(string name, List<string> lines) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            lines.Add(name);
            return continuation(request, context);
        }
    }
}
