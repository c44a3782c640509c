using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace OpsMesh.Grpc.Tests.Standard;

public sealed class HealthTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_TellsTheChecksResult()
    {
        var healthy = true;
        await using var server = await StartAsync(() => healthy);
        var client = new Health.HealthClient(server.Channel());

        var before = await client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token);
        healthy = false;
        var after = await client.CheckAsync(new HealthCheckRequest(), cancellationToken: Token);

        Assert.Equal(ServingStatus.Serving, before.Status);
        Assert.Equal(ServingStatus.NotServing, after.Status);
    }

    [Fact]
    public async Task UnknownService_IsNotFoundOnCheckAndUnknownOnWatch()
    {
        await using var server = await StartAsync(() => true);
        var client = new Health.HealthClient(server.Channel());

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => client.CheckAsync(new HealthCheckRequest { Service = "nobody" }, cancellationToken: Token).ResponseAsync);
        using var watch = client.Watch(new HealthCheckRequest { Service = "nobody" }, cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task Watch_EndsWithNotServingOnShutdown()
    {
        await using var server = await StartAsync(() => true);
        using var watch = new Health.HealthClient(server.Channel()).Watch(new HealthCheckRequest(), cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var stopping = server.App.StopAsync(Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
        await stopping.WaitAsync(Limit, TimeProvider.System, Token);
    }

    [Fact]
    public async Task WatchOfAnUnknownService_EndsWithNotServingOnShutdownToo()
    {
        await using var server = await StartAsync(() => true);
        using var watch = new Health.HealthClient(server.Channel()).Watch(new HealthCheckRequest { Service = "nobody" }, cancellationToken: Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));

        var stopping = server.App.StopAsync(Token);
        Assert.True(await watch.ResponseStream.MoveNext(Token));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        Assert.False(await watch.ResponseStream.MoveNext(Token));
        await stopping.WaitAsync(Limit, TimeProvider.System, Token);
    }

    [Fact]
    public async Task StatusSetByTheApplication_IsToldOnCheck()
    {
        await using var server = await StartAsync(() => true);
        server.App.Services.GetRequiredService<HealthServiceImpl>().SetStatus("own", ServingStatus.NotServing);

        var answer = await new Health.HealthClient(server.Channel()).CheckAsync(new HealthCheckRequest { Service = "own" }, cancellationToken: Token);

        Assert.Equal(ServingStatus.NotServing, answer.Status);
    }

    private static Task<EchoServer> StartAsync(Func<bool> healthy) => EchoServer.StartAsync(
        configure: builder => builder.Services.AddGrpcHealthChecks()
            .AddCheck("it", () => healthy() ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy()),
        map: app => app.MapGrpcHealthChecksService());
}
