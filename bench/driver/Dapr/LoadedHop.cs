using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Dapr;

/// <summary>A way to an application under h2load: to its own port, or through the sidecar.</summary>
/// <param name="name">Of the way.</param>
/// <param name="pid">Whose CPU counts.</param>
internal sealed class LoadedHop(string name, Uri address, int pid, ServerLoad load) : IContestant
{
    public string Name => name;

    public async Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var cpu = ProcessCpu.Seconds(pid);
        var report = await H2load.RunAsync(address, load, length, cancellationToken);
        return new(report.Requests * load.OperationsPerRequest, report.Requests / report.Rate, ProcessCpu.Seconds(pid) - cpu, AllocatedBytes: null);
    }
}
