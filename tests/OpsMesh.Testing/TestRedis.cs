using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OpsMesh.Testing;

/// <summary>A redis server from Debian on a port of its own, empty, gone with the test.</summary>
public sealed class TestRedis : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string[] _arguments;
    private ServerProcess _process;

    private TestRedis(string folder, int port, string[] arguments, ServerProcess process) => (_folder, Port, _arguments, _process) = (folder, port, arguments, process);

    public int Port { get; }

    /// <summary>./opsmesh test installs it.</summary>
    public static bool IsInstalled => File.Exists("/usr/bin/redis-server");

    public static async Task<TestRedis> StartAsync(bool isDurable = false)
    {
        var folder = Directory.CreateTempSubdirectory("opsmesh-redis-").FullName;
        var port = TestPorts.Next();
        string[] arguments =
        [
            "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
            "--appendonly", isDurable ? "yes" : "no", "--appendfsync", "always",
        ];
        var redis = new TestRedis(folder, port, arguments, Launch(folder, arguments));
        await redis.UntilListeningAsync();
        return redis;
    }

    /// <summary>SIGKILL; <see cref="RestartAsync"/> brings it back on the same port.</summary>
    public Task KillAsync() => _process.KillAsync();

    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch(_folder, _arguments);
        await UntilListeningAsync();
    }

    /// <summary>Its process answers nothing until <see cref="Resume"/>.</summary>
    public void Pause() => _process.Signal("STOP");

    public void Resume() => _process.Signal("CONT");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static ServerProcess Launch(string folder, string[] arguments) => ServerProcess.Start(Path.Combine(folder, "log"), "redis-server", arguments);

    private async Task UntilListeningAsync()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                if (_process.HasEnded)
                {
                    throw new InvalidOperationException($"redis-server ended:\n{_process.Output}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }
}
