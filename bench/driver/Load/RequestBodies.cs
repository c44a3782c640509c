using System.Diagnostics;
using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Load;

/// <summary>What h2load sends, in files of their own.</summary>
internal sealed class RequestBodies : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("opsmesh-bench-").FullName;

    private RequestBodies()
    {
    }

    public string Beat => Path.Combine(_folder, "beat.bin");

    public string Follow => Path.Combine(_folder, "follow.bin");

    /// <summary>As <see cref="Follow"/>, with messages of 200 bytes.</summary>
    public string FollowLarge => Path.Combine(_folder, "follow-large.bin");

    public static async Task<RequestBodies> WriteAsync(CancellationToken cancellationToken)
    {
        var bodies = new RequestBodies();
        string[] command = [.. GrpcSubjects.Command("bodies", bodies._folder, $"{ServerLoad.MessagesOfOneStream}")];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })
            ?? throw new InvalidOperationException("No process came of the start.");
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? bodies
            : throw new BenchException(ExitCodes.Failed, "The request bodies could not be written; what went wrong stands above.");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
