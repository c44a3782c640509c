using System.Globalization;

namespace OpsMesh.Testing;

/// <summary>A PostgreSQL server from Debian on a port and data folder of its own, gone with the test. User postgres, no password.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ServerProcess _process;

    private TestPostgres(string folder, int port, ServerProcess process) => (_folder, Port, _process) = (folder, port, process);

    public int Port { get; }

    public static bool IsInstalled => Programs is not null;

    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    public static async Task<TestPostgres> StartAsync(params IReadOnlyList<string> databases)
    {
        var folder = Directory.CreateTempSubdirectory("opsmesh-postgres-").FullName;
        var (data, log, port) = (Path.Combine(folder, "data"), Path.Combine(folder, "log"), TestPorts.Next());
        await File.WriteAllTextAsync(log, "");
        // It refuses to run as root.
        string[] asUser = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        if (asUser.Length > 0)
        {
            await ServerProcess.RunAsync(log, "chown", "-R", "postgres:postgres", folder);
        }

        await RunAsync(log, [.. asUser, Path.Combine(Programs!, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] start = [.. asUser, Path.Combine(Programs!, "postgres"), "-D", data, "-p", number, "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"];
        var postgres = new TestPostgres(folder, port, ServerProcess.Start(log, start[0], start[1..]));
        await postgres.UntilReadyAsync(number);
        foreach (var database in databases)
        {
            await RunAsync(log, [Path.Combine(Programs!, "createdb"), "-h", "127.0.0.1", "-p", number, "-U", "postgres", database]);
        }

        return postgres;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task RunAsync(string log, string[] command) => ServerProcess.RunAsync(log, command[0], command[1..]);

    private async Task UntilReadyAsync(string port)
    {
        while (true)
        {
            try
            {
                await RunAsync("/dev/null", [Path.Combine(Programs!, "pg_isready"), "-h", "127.0.0.1", "-p", port, "-q"]);
                return;
            }
            catch (InvalidOperationException)
            {
                if (_process.HasEnded)
                {
                    throw new InvalidOperationException($"postgres ended:\n{_process.Output}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }
}
