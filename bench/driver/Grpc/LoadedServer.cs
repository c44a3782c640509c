using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>A server under h2load.</summary>
/// <param name="name">Its kind.</param>
/// <param name="server">Runs already; whoever started it ends it.</param>
/// <param name="load">What h2load sends.</param>
internal sealed class LoadedServer(string name, Subject server, ServerLoad load) : IContestant
{
    public string Name => name;

    public async Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var allocated = await GrpcSubjects.AllocatedBytesAsync(server, cancellationToken);
        var cpu = ProcessCpu.Seconds(server.Pid);
        var report = await H2load.RunAsync(GrpcSubjects.AddressOf(server), load, length, cancellationToken);
        return new(
            report.Requests * load.OperationsPerRequest,
            report.Requests / report.Rate,
            ProcessCpu.Seconds(server.Pid) - cpu,
            await GrpcSubjects.AllocatedBytesAsync(server, cancellationToken) - allocated);
    }
}
