using System.Collections.Concurrent;
using System.Diagnostics;
using OpsMesh.Cli.Local;
using OpsMesh.Testing;

namespace OpsMesh.EndToEnd.Mesh;

/// <summary>samples/subscriber-node with a sidecar of its own, joining a mesh that runs, as its README says.</summary>
internal sealed class NodeSubscriber : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Find(), "samples", "subscriber-node");

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _program;
    private readonly TestProcess _sidecar;
    private bool _disposed;

    private NodeSubscriber(Process program, TestProcess sidecar)
    {
        (_program, _sidecar) = (program, sidecar);
        program.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        program.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public static async Task<NodeSubscriber> JoinAsync(MeshLayout layout)
    {
        Assert.SkipWhen(TestTools.OnPath("npm") is null, "npm is not installed; ./opsmesh test installs it");
        var (installed, installing) = await TestTools.InstallNpmAsync(Folder);
        Assert.True(installed == 0, installing);
        var app = new TestApp("subscriber-node", TestPorts.Next(), "http");
        // Lines of NAME='value'; none of these values has a quote in it.
        var variables = (await File.ReadAllLinesAsync(layout.StoreVariables, TestContext.Current.CancellationToken)).Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1].Trim('\''));
        var start = new ProcessStartInfo("node", ["subscriber.mjs"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in app.Environment.Append(new("APP_PORT", $"{app.AppPort}")))
        {
            variables[name] = start.Environment[name] = value;
        }

        var sidecar = TestProcess.Start(
            "OpsMesh.Sidecar",
            variables,
            "--app-id", app.AppId, "--app-port", $"{app.AppPort}", "--dapr-http-port", $"{app.HttpPort}", "--dapr-grpc-port", $"{app.GrpcPort}",
            "--resources-path", Path.Combine(RepositoryRoot.Find(), "components", "redis-postgres"));
        return new NodeSubscriber(Process.Start(start)!, sidecar);
    }

    /// <summary>A line that has all of it.</summary>
    public bool Saw(params string[] parts) => _output.Any(l => parts.All(p => l.Contains(p, StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _program.Kill();
        await _program.WaitForExitAsync(CancellationToken.None);
        _program.Dispose();
        await _sidecar.DisposeAsync();
    }
}
