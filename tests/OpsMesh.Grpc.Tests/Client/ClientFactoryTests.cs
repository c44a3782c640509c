using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.ClientFactory;
using Microsoft.Extensions.DependencyInjection;
using OpsMesh.Grpc.Tests.Contract;

namespace OpsMesh.Grpc.Tests.Client;

public sealed class ClientFactoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RegisteredClient_CallsItsAddressThroughItsInterceptors()
    {
        await using var server = await EchoServer.StartAsync();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(options => options.Address = server.Address)
            .AddInterceptor(() => new Stamping())
            .ConfigureChannel(options => options.UnsafeUseInsecureChannelCallCredentials = true)
            .AddCallCredentials((_, metadata) =>
            {
                metadata.Add("authorization", "Bearer x");
                return Task.CompletedTask;
            });
        await using var provider = services.BuildServiceProvider();

        var call = provider.GetRequiredService<Echo.EchoClient>().UnaryAsync(
            new EchoRequest { Behaviour = "metadata" }, cancellationToken: Token);
        await call;

        Assert.Equal("yes", call.GetTrailers().GetValue("stamped"));
        Assert.Equal("Bearer x", call.GetTrailers().GetValue("authorization"));
        Assert.NotNull(provider.GetRequiredService<GrpcClientFactory>().CreateClient<Echo.EchoClient>(nameof(Echo.EchoClient)));
    }

    private sealed class Stamping : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = context.Options.Headers ?? [];
            headers.Add("stamped", "yes");
            return continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
