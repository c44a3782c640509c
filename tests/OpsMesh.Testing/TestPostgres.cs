using System.Globalization;
using OpsMesh.Cli.Local.Stores;

namespace OpsMesh.Testing;

/// <summary>A PostgreSQL server from Debian on a port and data folder of its own, gone with the test. User postgres, no password.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    private readonly string _folder;
    private readonly ServerProcess _process;

    private TestPostgres(string folder, int port, ServerProcess process) => (_folder, Port, _process) = (folder, port, process);

    public int Port { get; }

    /// <summary>./opsmesh test installs it.</summary>
    public static bool IsInstalled => PostgresPrograms.Folder is not null;

    public static async Task<TestPostgres> StartAsync(params IReadOnlyList<string> databases)
    {
        var folder = Directory.CreateTempSubdirectory("opsmesh-postgres-").FullName;
        var (data, log, port) = (Path.Combine(folder, "data"), Path.Combine(folder, "log"), TestPorts.Next());
        await File.WriteAllTextAsync(log, "");
        await RunAsync(log, PostgresPrograms.MakeOwnFolder(data));
        await RunAsync(log, PostgresPrograms.Initialise(data, "-A", "trust", "--no-sync"));
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] start = [.. PostgresPrograms.AsOtherThanRoot, PostgresPrograms.Path("postgres"), "-D", data, "-p", number, "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"];
        var postgres = new TestPostgres(folder, port, ServerProcess.Start(log, start[0], start[1..]));
        await postgres.UntilReadyAsync(number);
        foreach (var database in databases)
        {
            await RunAsync(log, [PostgresPrograms.Path("createdb"), "-h", "127.0.0.1", "-p", number, "-U", "postgres", database]);
        }

        return postgres;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static Task RunAsync(string log, IReadOnlyList<string> command) => ServerProcess.RunAsync(log, command[0], [.. command.Skip(1)]);

    private async Task UntilReadyAsync(string port)
    {
        while (true)
        {
            try
            {
                await RunAsync("/dev/null", [PostgresPrograms.Path("pg_isready"), "-h", "127.0.0.1", "-p", port, "-q"]);
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
