extern alias sidecar;

using System.Net;
using Dapr.Client;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Sidecar.Tests.Mesh;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

[assembly: AssemblyFixture(typeof(MeshFixture))]

namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>
/// A mesh as it runs: the sidecar on real ports, an application that speaks gRPC (<c>echo</c>), one that speaks HTTP (<c>web</c>) and
/// two that only call (<c>caller</c>, <c>other</c>). Each has tokens of its own.
/// </summary>
public class MeshFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-tests-").FullName;
    private readonly List<WebApplication> _running = [];
    private readonly Dictionary<string, Run.AppPlan> _apps = new(StringComparer.Ordinal);

    internal EchoApp Echo { get; } = new();

    internal HttpApp Web { get; } = new();

    public string DataFolder => _folder;

    /// <summary>Null: the sidecar records no spans.</summary>
    protected virtual Uri? OtlpEndpoint => null;

    public virtual async ValueTask InitializeAsync()
    {
        Add("caller", null, Run.AppProtocol.Http);
        Add("other", null, Run.AppProtocol.Http);
        Add("echo", TestPorts.Next(), Run.AppProtocol.Grpc);
        Add("web", TestPorts.Next(), Run.AppProtocol.Http);
        Add("absent", TestPorts.Next(), Run.AppProtocol.Grpc);
        await RunAsync(MakeEcho());
        await RunAsync(MakeWeb());
        var plan = new Run.SidecarPlan([WriteResources()], _folder, OtlpEndpoint, [.. _apps.Values]);
        await RunAsync(Run.SidecarHost.Build(plan, TimeProvider.System, b => b.Logging.ClearProviders()));
        foreach (var app in _apps.Keys.Where(a => a != "absent"))
        {
            await WaitUntilReadyAsync(app);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var app in Enumerable.Reverse(_running))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    public int HttpPort(string appId) => _apps[appId].HttpPort;

    public int GrpcPort(string appId) => _apps[appId].GrpcPort;

    public HttpClient Http(string appId, string? token = null)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort(appId)}/") };
        client.DefaultRequestHeaders.Add("dapr-api-token", token ?? Token(appId));
        return client;
    }

    public DaprClient Client(string appId) => new DaprClientBuilder()
        .UseHttpEndpoint($"http://127.0.0.1:{HttpPort(appId)}")
        .UseGrpcEndpoint($"http://127.0.0.1:{GrpcPort(appId)}")
        .UseDaprApiToken(Token(appId))
        .Build();

    public GrpcChannel Channel(string appId) => GrpcChannel.ForAddress($"http://127.0.0.1:{GrpcPort(appId)}");

    public CallInvoker InvokerTo(string callee, string caller = "caller") =>
        DaprClient.CreateInvocationInvoker(callee, $"http://127.0.0.1:{GrpcPort(caller)}", Token(caller));

    public static string Token(string appId) => $"api-token-of-{appId}";

    public static string AppToken(string appId) => $"app-token-of-{appId}";

    private void Add(string appId, int? port, Run.AppProtocol protocol) => _apps[appId] =
        new Run.AppPlan(appId, port, protocol, TestPorts.Next(), TestPorts.Next(), Token(appId), AppToken(appId));

    private async Task RunAsync(WebApplication app)
    {
        await app.StartAsync();
        _running.Add(app);
    }

    private WebApplication MakeEcho()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Echo);
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, _apps["echo"].AppPort!.Value, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        app.MapGrpcService<CallbackService>();
        return app;
    }

    private WebApplication MakeWeb()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, _apps["web"].AppPort!.Value));
        var app = builder.Build();
        Web.Map(app);
        return app;
    }

    private string WriteResources()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "components")).FullName;
        File.WriteAllText(Path.Combine(folder, "all.yaml"), TestResources.Components);
        File.WriteAllText(Path.Combine(folder, "resiliency.yaml"), TestResources.Resiliency);
        return folder;
    }

    private async Task WaitUntilReadyAsync(string appId)
    {
        using var client = Http(appId);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while ((await client.GetAsync(new Uri("v1.0/healthz", UriKind.Relative), limit.Token)).StatusCode != HttpStatusCode.NoContent)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
