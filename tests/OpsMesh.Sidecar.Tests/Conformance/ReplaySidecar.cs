extern alias sidecar;

using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;
using Run = sidecar::OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>A sidecar in this process, started with daprd's flags, and the clients that play cases against it.</summary>
internal sealed class ReplaySidecar : IAsyncDisposable
{
    private readonly IAsyncDisposable _app;
    private readonly SocketsHttpHandler _handler;

    public ReplaySidecar(IAsyncDisposable app, SocketsHttpHandler handler, int httpPort, int grpcPort)
    {
        _app = app;
        _handler = handler;
        HttpPort = httpPort;
        GrpcPort = grpcPort;
        Http = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri($"http://127.0.0.1:{httpPort}/"), Timeout = TimeSpan.FromSeconds(60) };
        Grpc = new GrpcReplay(new HttpMessageInvoker(handler, disposeHandler: false), new Uri($"http://127.0.0.1:{grpcPort}/"));
    }

    public int HttpPort { get; }

    public int GrpcPort { get; }

    public HttpClient Http { get; }

    /// <summary>The same sidecar behind another of its ports.</summary>
    public ReplaySidecar Behind(int port) => new(_app, _handler, port, GrpcPort);

    public GrpcReplay Grpc { get; }

    /// <summary>Null: it runs in this process.</summary>
    public TestProcess? Process => _app as TestProcess;

    /// <summary>Starts it as a process of its own, which can be killed, and waits until it is ready.</summary>
    public static async Task<ReplaySidecar> StartProcessAsync(SidecarSetup setup, CancellationToken cancellationToken)
    {
        var (http, grpc) = (TestPorts.Next(), TestPorts.Next());
        var process = TestProcess.Start("OpsMesh.Sidecar", setup.Environment, Arguments(setup, http, grpc));
        await process.UntilAsync(new Uri($"http://127.0.0.1:{http}/v1.0/healthz"), System.Net.HttpStatusCode.NoContent, cancellationToken);
        return new ReplaySidecar(process, CreateHandler(), http, grpc);
    }

    /// <summary>What a sidecar with this set-up is started with.</summary>
    public static IReadOnlyList<string> Arguments(SidecarSetup setup, int http, int grpc)
    {
        var resources = Path.Combine(setup.Folder, "resources-" + http.ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(resources);
        foreach (var (name, yaml) in setup.Resources)
        {
            File.WriteAllText(Path.Combine(resources, name + ".yaml"), yaml.Replace("<dir>", setup.Folder, StringComparison.Ordinal));
        }

        List<string> args = ["--app-id", setup.AppId, "--dapr-http-port", $"{http}", "--dapr-grpc-port", $"{grpc}", "--resources-path", resources, .. setup.Args];
        if (setup.Config is { } config)
        {
            var file = resources + ".config.yaml";
            File.WriteAllText(file, config);
            args.AddRange(["--config", file]);
        }

        return args;
    }

    /// <summary>Returns when it answers; whether it is ready is the case's to ask.</summary>
    public static async Task<ReplaySidecar> StartAsync(SidecarSetup setup, CancellationToken cancellationToken)
    {
        var (http, grpc) = (TestPorts.Next(), TestPorts.Next());
        var app = Run.SidecarHost.Build(Plan(setup, http, grpc), new ZonedTime(setup.Zone), b => b.Logging.ClearProviders());
        await app.StartAsync(cancellationToken);
        return new ReplaySidecar(app, CreateHandler(), http, grpc);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _handler.Dispose();
        if (_app is WebApplication app)
        {
            await app.StopAsync(CancellationToken.None);
        }

        await _app.DisposeAsync();
    }

    /// <summary>Tests of traces run in this process too; what they switch on must not add headers here.</summary>
    public static SocketsHttpHandler CreateHandler() => new() { ActivityHeadersPropagator = null, UseCookies = false, AllowAutoRedirect = false, EnableMultipleHttp2Connections = true };

    /// <summary>Writes the files of a set-up and reads its flags.</summary>
    public static Run.SidecarPlan Plan(SidecarSetup setup, int http, int grpc)
    {
        var plan = Run.CommandLine.Read(Arguments(setup, http, grpc), name => setup.Environment.GetValueOrDefault(name)) ?? throw new InvalidOperationException("The flags ask for help.");
        return plan with { Environment = setup.Environment };
    }

    private sealed class ZonedTime(TimeZoneInfo zone) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => zone;
    }
}
