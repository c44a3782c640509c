using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Console.Backends;
using OpsMesh.Console.Login;
using OpsMesh.Console.OpenApi;
using OpsMesh.Console.Page;
using OpsMesh.Console.Traces;
using OpsMesh.Console.Transcoding;
using OpsMesh.Hosting;

namespace OpsMesh.Console;

/// <summary>The console on a real Kestrel, put together as Program does, in front of a fake mesh.</summary>
public sealed class ConsoleUnderTest : IAsyncLifetime
{
    internal const string OneTime = "one-time-secret";
    private readonly ActivityListener _tracing = new()
    {
        ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
    };

    private readonly string _tokenFile = Path.GetTempFileName();
    private WebApplication? _app;

    internal FakeMesh Mesh { get; } = new();

    internal Uri Url { get; private set; } = new("http://localhost");

    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        ActivitySource.AddActivityListener(_tracing);
        await Mesh.StartAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_tokenFile, $$"""{"url":"http://127.0.0.1","token":"{{FakeMesh.Token}}"}""", TestContext.Current.CancellationToken);
        var builder = WebApplication.CreateSlimBuilder(
        [
            "--Ports:Page=0", "--Ports:App=0", "--Ports:Management=0", "--Dev=true", $"--Login:OneTimeToken={OneTime}", $"--Login:TokenFile={_tokenFile}",
        ]);
        builder.AddPagePort();
        builder.AddServiceDefaults("console");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IBackends>(Mesh);
        builder.AddBackends();
        builder.AddLogin();
        builder.AddTranscoding();
        builder.AddTraces();
        builder.AddOpenApi();
        builder.AddPage();
        _app = builder.Build();
        _app.MapServiceDefaults();
        _app.MapConsole();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        // Kestrel names its addresses in the order in which they were opened; the page's is first.
        Url = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.DisposeAsync();
        await Mesh.DisposeAsync();
        _tracing.Dispose();
        File.Delete(_tokenFile);
    }

    /// <summary>A program with the operator's token.</summary>
    internal HttpClient Operator()
    {
        var client = Nobody();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FakeMesh.Token);
        return client;
    }

    /// <summary>A browser without a session; keeps the cookies it is given.</summary>
    internal HttpClient Nobody() => new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
}
