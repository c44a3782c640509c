using Dapr;
using Dapr.Client;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace OpsMesh.Dapr.Tests.Client;

public sealed class DaprClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SidecarThatIsNotThere_IsADaprExceptionWithTheCauseInside()
    {
        using var client = Unreachable();

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.GetStateAsync<int>("store", "key", cancellationToken: Cancellation));

        Assert.Equal("State operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", failure.Message);
        Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
    }

    [Fact]
    public async Task SidecarThatIsNotThere_IsNotHealthy()
    {
        using var client = Unreachable();

        Assert.False(await client.CheckHealthAsync(Cancellation));
        Assert.False(await client.CheckOutboundHealthAsync(Cancellation));
    }

    [Fact]
    public async Task CancelledCall_IsCancelledAndNoFailure()
    {
        using var client = Unreachable();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetStateAsync<int>("store", "key", cancellationToken: cancelled.Token));
    }

    [Fact]
    public async Task EmptyNames_AreRefusedBeforeTheCall()
    {
        using var client = Unreachable();

        await Assert.ThrowsAsync<ArgumentException>(() => client.GetStateAsync<int>("", "key", cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SaveStateAsync("store", "", 1, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.PublishEventAsync("pubsub", "", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ExecuteStateTransactionAsync("store", [], cancellationToken: Cancellation));
    }

    [Fact]
    public void Endpoint_WithAnotherScheme_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => new DaprClientBuilder().UseGrpcEndpoint("ftp://localhost").Build());

    [Theory]
    [InlineData("http://localhost:3500/")]
    [InlineData("http://localhost:4000/", "DAPR_HTTP_PORT=4000")]
    [InlineData("https://sidecar:8443/", "DAPR_HTTP_PORT=4000", "DAPR_HTTP_ENDPOINT=https://sidecar:8443/path")]
    public void HttpEndpoint_ComesFromTheConfiguration(string expected, params string[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).Select(s => KeyValuePair.Create(s[0], (string?)s[1])))
            .Build();

        Assert.Equal(expected, DaprDefaults.GetDefaultHttpEndpoint(configuration));
    }

    [Fact]
    public void AddDaprClient_KeepsTheOneThatIsThere()
    {
        using var mine = Unreachable();
        var services = new ServiceCollection();
        services.AddSingleton(mine);
        services.AddDaprClient();
        using var provider = services.BuildServiceProvider();

        Assert.Same(mine, provider.GetRequiredService<DaprClient>());
    }

    [Fact]
    public async Task InvocationHandler_AddressesTheSidecarAndPutsTheRequestBack()
    {
        using var inner = new Recorder();
        using var handler = new InvocationHandler { InnerHandler = inner, DaprEndpoint = "http://localhost:3501", DefaultAppId = "MyApp" };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://myapp/a%20b?q=1");

        using var answer = await client.SendAsync(request, Cancellation);

        Assert.Equal("http://localhost:3501/v1.0/invoke/MyApp/method/a%20b?q=1", inner.Seen?.AbsoluteUri);
        Assert.Equal("http://myapp/a%20b?q=1", request.RequestUri?.AbsoluteUri);
    }

    // Port 1 of the loopback interface: nothing listens there.
    private static DaprClient Unreachable() =>
        new DaprClientBuilder().UseGrpcEndpoint("http://127.0.0.1:1").UseHttpEndpoint("http://127.0.0.1:1").Build();

    private sealed class Recorder : HttpMessageHandler
    {
        public Uri? Seen { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = request.RequestUri;
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
