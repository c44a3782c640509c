using System.Net;
using OpsMesh.Testing;

namespace OpsMesh.Sidecar.Tests.Kills;

/// <summary>A sidecar as a process on ports of its own, which is killed and started again on them.</summary>
internal sealed class KilledSidecar(string folder, string yaml, int appPort) : IAsyncDisposable
{
    private TestProcess? _process;

    public int HttpPort { get; } = TestPorts.Next();

    public int GrpcPort { get; } = TestPorts.Next();

    /// <summary>Returns when it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var resources = Directory.CreateDirectory(Path.Combine(folder, "resources")).FullName;
        await File.WriteAllTextAsync(Path.Combine(resources, "components.yaml"), yaml, cancellationToken);
        _process = TestProcess.Start(
            "OpsMesh.Sidecar",
            new Dictionary<string, string>(),
            "--app-id", "ledger", "--app-port", $"{appPort}", "--dapr-http-port", $"{HttpPort}", "--dapr-grpc-port", $"{GrpcPort}", "--resources-path", resources, "--data-folder", folder);
        await _process.UntilAsync(new Uri($"http://127.0.0.1:{HttpPort}/v1.0/healthz"), HttpStatusCode.NoContent, cancellationToken);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await _process!.KillAsync(cancellationToken);
        await _process.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
}
