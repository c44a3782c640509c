using System.Diagnostics;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Local.Stores;

namespace OpsMesh.Cli.Testing;

/// <summary>Installs what tests need beyond the SDK, once. What cannot be installed is left to the tests: they say why they skip.</summary>
internal sealed class TestNeeds(Progress progress)
{
    private const string PythonLibrary = "/usr/lib/python3/dist-packages/grpc/__init__.py";
    private const string TestService = "/usr/share/grpc-proto/grpc/testing/test.proto";

    /// <summary>A program, or the path of a file.</summary>
    private static readonly (string File, string Package)[] Needed =
    [
        (PostgresPrograms.Folder ?? "postgres", "postgresql"), ("redis-server", "redis-server"),
        ("chromium", "chromium"), ("npm", "npm"), (PythonLibrary, "python3-grpcio"), ("grpc_python_plugin", "protobuf-compiler-grpc"), (TestService, "grpc-proto"),
    ];

    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        var missing = Needed.Where(n => !IsThere(n.File)).Select(n => n.Package).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        if (!IsOnPath("apt-get") || Environment.UserName != "root")
        {
            progress.Note($"{string.Join(", ", missing)} cannot be installed here (no apt-get, or not root)");
            return;
        }

        progress.Note($"installing {string.Join(", ", missing)}");
        if (await RunAsync("apt-get update -q", cancellationToken) && await RunAsync($"DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends {string.Join(' ', missing)}", cancellationToken))
        {
            progress.Done($"{string.Join(", ", missing)} installed");
        }
        else
        {
            progress.Bad("apt-get failed; its output is in artifacts/apt.log");
        }
    }

    private static async Task<bool> RunAsync(string command, CancellationToken cancellationToken)
    {
        var log = Path.Combine(Repository.Root, "artifacts", "apt.log");
        var start = new ProcessStartInfo("bash") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", $"{command} >>\"$0\" 2>&1 </dev/null", log])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException("No process came of the start.");
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }

    private static bool IsThere(string file) => Path.IsPathRooted(file) ? Path.Exists(file) : IsOnPath(file);

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(f => File.Exists(Path.Combine(f, program)));
}
