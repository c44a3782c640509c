using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.Telemetry;

namespace OpsMesh.Hosting;

public sealed class ManagementPortTests : IAsyncLifetime
{
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;
    private Uri _appPort = null!;
    private Uri _management = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTelemetry(new TelemetryOptions { ServiceName = "test" });
        builder.AddPorts(new PortOptions { App = 0, AppProtocols = HttpProtocols.Http1, Management = 0 });
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapServiceDefaults();
        _app.MapGet("/{**path}", (string? path) => $"app:{path}");
        _app.MapGet("/received", () => "received").OnManagementPort();
        await _app.StartAsync(Cancellation);
        Uri[] addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a))];
        (_appPort, _management) = (addresses[0], addresses[1]);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/livez/")]
    [InlineData("/LIVEZ")]
    [InlineData("/readyz/x")]
    [InlineData("//livez")]
    [InlineData("/livez%2f")]
    [InlineData("/")]
    [InlineData("/anything")]
    public async Task InexactPath_IsNotFoundOnTheManagementPort(string path)
    {
        using var answer = await _client.GetAsync(new Uri(_management.OriginalString.TrimEnd('/') + path), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task HealthPath_IsAnOrdinaryPathOnTheAppPort(string path)
    {
        // The Host header says management; the listener knows better.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_appPort, path));
        request.Headers.Host = _management.Authority;

        using var answer = await _client.SendAsync(request, Cancellation);

        Assert.Equal($"app:{path[1..]}", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task EndpointForTheManagementPort_AnswersThereOnly()
    {
        Assert.Equal("received", await _client.GetStringAsync(new Uri(_management, "/received"), Cancellation));

        using var answer = await _client.GetAsync(new Uri(_appPort, "/received"), Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task DependencyThatIsDown_DegradesAndStaysReady()
    {
        var dependencies = _app.Services.GetRequiredService<Dependencies>();
        Assert.True(dependencies.Report("store", ok: false, "it does not answer"));
        Assert.False(dependencies.Report("store", ok: false, "it does not answer"));

        var body = await _client.GetStringAsync(new Uri(_management, "/readyz"), Cancellation);
        var page = await _client.GetStringAsync(new Uri(_management, "/metrics"), Cancellation);

        using var json = JsonDocument.Parse(body);
        Assert.Equal("ready", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("it does not answer", json.RootElement.GetProperty("degraded")[0].GetProperty("reason").GetString());
        Assert.Contains("opsmesh_dependency_degraded{dependency=\"store\"} 1", page, StringComparison.Ordinal);

        Assert.True(dependencies.Report("store", ok: true, ""));
        Assert.Empty(dependencies.Degraded);
    }

    [Fact]
    public async Task ProcessThatDrains_IsNotReady()
    {
        var readiness = _app.Services.GetRequiredService<Readiness>();
        Assert.True(readiness.IsReady);

        await _app.StopAsync(Cancellation);

        Assert.False(readiness.IsReady);
        Assert.Equal("draining", readiness.State);
        Assert.Equal(TimeSpan.FromSeconds(25), _app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);
    }
}
