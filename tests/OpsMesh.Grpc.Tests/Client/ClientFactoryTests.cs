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

    [Fact]
    public async Task HttpClientSettings_GiveAddressAndHeaders()
    {
        await using var server = await EchoServer.StartAsync();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>().ConfigureHttpClient(client =>
        {
            client.BaseAddress = server.Address;
            client.DefaultRequestHeaders.Add("X-Tenant", "general");
            client.DefaultRequestHeaders.Add("X-Zone", "north");
        });
        await using var provider = services.BuildServiceProvider();
        var own = new Metadata { { "x-tenant", "own" } };

        var call = provider.GetRequiredService<Echo.EchoClient>().UnaryAsync(
            new EchoRequest { Behaviour = "metadata" }, own, cancellationToken: Token);
        await call;

        Assert.Equal(["own"], call.GetTrailers().GetAll("x-tenant").Select(entry => entry.Value));
        Assert.Equal("north", call.GetTrailers().GetValue("x-zone"));
        Assert.Single(own);
    }

    [Fact]
    public async Task FailureToConfigure_IsNotKept()
    {
        await using var server = await EchoServer.StartAsync();
        var tries = 0;
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(options => options.Address = server.Address)
            .ConfigureChannel(channel => channel.MaxRetryAttempts = tries++ == 0 ? throw new InvalidOperationException("not yet") : 5);
        await using var provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(provider.GetRequiredService<Echo.EchoClient>);
        await provider.GetRequiredService<Echo.EchoClient>().UnaryAsync(new EchoRequest(), cancellationToken: Token);

        Assert.Equal(2, tries);
    }

    [Theory]
    [InlineData(InterceptorScope.Client)]
    [InlineData(InterceptorScope.Channel)]
    public async Task CallOptionsActions_ComeBeforeInterceptors(InterceptorScope scope)
    {
        await using var server = await EchoServer.StartAsync();
        var stamping = new Stamping();
        var services = new ServiceCollection();
        services.AddGrpcClient<Echo.EchoClient>(options =>
            {
                options.Address = server.Address;
                options.CallOptionsActions.Add(
                    context => context.CallOptions = context.CallOptions.WithHeaders(new Metadata { { "action", "first" } }));
            })
            .AddInterceptor(scope, () => stamping);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<Echo.EchoClient>().UnaryAsync(new EchoRequest(), cancellationToken: Token);

        Assert.Equal("first", stamping.Seen?.GetValue("action"));
    }

    private sealed class Stamping : Interceptor
    {
        public Metadata? Seen { get; private set; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var headers = context.Options.Headers ?? [];
            headers.Add("stamped", "yes");
            Seen = headers;
            return continuation(request, new(context.Method, context.Host, context.Options.WithHeaders(headers)));
        }
    }
}
