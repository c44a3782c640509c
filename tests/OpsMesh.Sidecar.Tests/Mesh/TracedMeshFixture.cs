using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>The same mesh with a receiver for its spans.</summary>
public sealed class TracedMeshFixture : MeshFixture
{
    private readonly int _port = TestPorts.Next();
    private WebApplication? _receiver;

    /// <summary>Each export as text: names in it are readable whatever stands between them.</summary>
    internal ConcurrentQueue<string> Exports { get; } = [];

    protected override Uri? OtlpEndpoint => new($"http://127.0.0.1:{_port}/");

    public override async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, _port));
        _receiver = builder.Build();
        _receiver.MapPost("/v1/traces", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            Exports.Enqueue(Encoding.Latin1.GetString(body.ToArray()));
        });
        await _receiver.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _receiver!.DisposeAsync();
    }
}
