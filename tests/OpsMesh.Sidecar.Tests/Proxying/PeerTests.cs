extern alias sidecar;

using System.Net;
using Dapr.Client;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpsMesh.Sidecar.Tests.Echo;
using OpsMesh.Sidecar.Tests.Mesh;
using OpsMesh.Testing;
using sidecar::OpsMesh.Sidecar.Peers;
using sidecar::OpsMesh.Sidecar.Resources;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Proxying;

/// <summary>Two applications, a sidecar each, that find each other through a file.</summary>
public sealed class PeerTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sidecar-peers-").FullName;
    private readonly EchoApp _echo = new();
    private readonly List<WebApplication> _running = [];
    private Run.AppPlan _caller = null!;
    private Run.AppPlan _callee = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Echo.Echo.EchoClient Client => new(DaprClient.CreateInvocationInvoker("echo", $"http://127.0.0.1:{_caller.GrpcPort}", _caller.ApiToken));

    public async ValueTask InitializeAsync()
    {
        (_caller, _callee) = (Plan("caller", null), Plan("echo", TestPorts.Next()));
        await RunAsync(MakeEcho(_callee.AppPort!.Value));
        foreach (var plan in (Run.AppPlan[])[_caller, _callee])
        {
            await RunAsync(Run.SidecarHost.Build(new Run.SidecarPlan([], null, null, [plan]), TimeProvider.System, b => b.Logging.ClearProviders()));
        }

        while (await Record.ExceptionAsync(async () => await Client.UnaryAsync(new Msg())) is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(_running))
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Application_SeesCallerAndItsOwnToken()
    {
        var headers = new Metadata { { "dapr-caller-app-id", "somebody-else" }, { "x-own", "1" } };
        var answer = await Client.UnaryAsync(new Msg { Text = "who" }, headers, cancellationToken: Cancellation);

        var seen = _echo.Headers["Unary"];
        Assert.Equal("Unary:who", answer.Text);
        Assert.Equal(["caller"], seen.GetAll("dapr-caller-app-id").Select(e => e.Value));
        Assert.Equal(["echo"], seen.GetAll("dapr-callee-app-id").Select(e => e.Value));
        Assert.Equal(["app-token-of-echo"], seen.GetAll("dapr-api-token").Select(e => e.Value));
        Assert.Equal("1", seen.GetValue("x-own"));
    }

    [Fact]
    public async Task Streams_PassBothSidecarsInBothDirections()
    {
        using var call = Client.Bidi(new Metadata { { "dapr-stream", "true" } }, cancellationToken: Cancellation);
        for (var n = 1; n <= 3; n++)
        {
            await call.RequestStream.WriteAsync(new Msg { Text = $"{n}", N = n }, Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
            Assert.Equal($"echo:{n}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancellation));
    }

    [Fact]
    public async Task WhoIsNotThere_IsNotFound()
    {
        var client = new Echo.Echo.EchoClient(DaprClient.CreateInvocationInvoker("nobody", $"http://127.0.0.1:{_caller.GrpcPort}", _caller.ApiToken));

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await client.UnaryAsync(new Msg(), cancellationToken: Cancellation));

        Assert.Equal("no host found with the given ID", failure.Status.Detail);
    }

    [Fact]
    public async Task WhoSaysNothingAnyMore_IsForgotten()
    {
        var clock = new ManualClock();
        await using var table = PeerTable.Open(new NamesOptions(Path.Combine(_folder, "other.db")), clock);

        table.Announce("a", 1);
        table.Announce("a", 2);
        var fresh = table.Find("a");
        clock.Advance(PeerTable.Validity);

        Assert.Equal(2, fresh);
        Assert.Null(table.Find("a"));
    }

    private Run.AppPlan Plan(string appId, int? port) => new(appId, port, Run.AppProtocol.Grpc, TestPorts.Next(), TestPorts.Next(), MeshFixture.Token(appId), MeshFixture.AppToken(appId))
    {
        InternalPort = TestPorts.Next(),
        Configuration = ConfigurationResource.Empty with { Names = new NamesOptions(Path.Combine(_folder, "names.db")) },
    };

    private async Task RunAsync(WebApplication app)
    {
        await app.StartAsync(Cancellation);
        _running.Add(app);
    }

    private WebApplication MakeEcho(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_echo);
        builder.WebHost.UseKestrel(k => k.Listen(IPAddress.Loopback, port, l => l.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        app.MapGrpcService<CallbackService>();
        return app;
    }
}
