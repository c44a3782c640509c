using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace OpsMesh.Cli.Local.Stores;

/// <summary>The PostgreSQL server of one local run: a cluster below the data folder, made by the first run, with the sidecar's role and schema.</summary>
internal sealed class PostgresServer(MeshLayout layout)
{
    public const string Name = "postgres";
    private const string Role = "opsmesh_state";
    private const string Database = "opsmesh";
    private const string Schema = "dapr";

    private string Folder => layout.Data(Name);

    private string Cluster => Path.Combine(Folder, "cluster");

    private string PasswordFile => Path.Combine(Folder, "password");

    /// <summary>Makes the cluster unless an earlier run did.</summary>
    /// <returns>What the sidecar connects with.</returns>
    public async Task<string> PrepareAsync(int port, CancellationToken cancellationToken)
    {
        if (PostgresPrograms.Folder is null)
        {
            throw new CliException(ExitCodes.ToolMissing, "PostgreSQL is not installed. On Debian: apt-get install postgresql. Or name a server that runs with --postgres.");
        }

        if (!Directory.Exists(Cluster))
        {
            await MakeAsync(cancellationToken);
        }

        var password = (await File.ReadAllTextAsync(PasswordFile, cancellationToken)).Trim();
        return string.Create(CultureInfo.InvariantCulture, $"host=127.0.0.1 port={port} user={Role} password={password} dbname={Database} search_path={Schema}");
    }

    /// <summary>TCP on loopback only, and enough connections for a sidecar of its own beside every application.</summary>
    public IReadOnlyList<string> Command(int port) =>
    [
        .. PostgresPrograms.AsOtherThanRoot, PostgresPrograms.Path("postgres"), "-D", Cluster, "-p", port.ToString(CultureInfo.InvariantCulture),
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
    ];

    /// <summary>Under another name first: what was interrupted is no cluster yet.</summary>
    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var halfMade = Cluster + ".new";
        if (Directory.Exists(halfMade))
        {
            Directory.Delete(halfMade, recursive: true);
        }

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        MeshLayout.WritePrivate(PasswordFile, password);
        await RunAsync(PostgresPrograms.MakeOwnFolder(halfMade), "", cancellationToken);
        await RunAsync(PostgresPrograms.Initialise(halfMade, "-A", "scram-sha-256", $"--pwfile={PasswordFile}"), "", cancellationToken);
        IReadOnlyList<string> alone = [.. PostgresPrograms.AsOtherThanRoot, PostgresPrograms.Path("postgres"), "--single", "-D", halfMade];
        await RunAsync([.. alone, "postgres"], $"CREATE ROLE {Role} LOGIN PASSWORD '{password}'\nCREATE DATABASE {Database} OWNER {Role}\n", cancellationToken);
        await RunAsync([.. alone, Database], $"CREATE SCHEMA {Schema} AUTHORIZATION {Role}\n", cancellationToken);
        Directory.Move(halfMade, Cluster);
    }

    private async Task RunAsync(IReadOnlyList<string> command, string input, CancellationToken cancellationToken)
    {
        var log = layout.Log(Name + "-setup");
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardInput = true, WorkingDirectory = Folder };
        foreach (var argument in (string[])["-c", "exec setsid --wait \"$@\" >>\"$0\" 2>&1", log, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        // Seconds at most, and half of it is no use: not interrupted.
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode != 0)
        {
            throw new CliException(ExitCodes.ChildFailed, $"{Path.GetFileName(command.First(c => !c.StartsWith('-') && c != "setpriv"))} ended with exit code {process.ExitCode}. Its output: {log}");
        }
    }
}
