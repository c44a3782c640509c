using System.Globalization;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Grpc;

/// <summary>A client that calls as fast as it can.</summary>
internal sealed class CallingClient(string name, Subject client) : IContestant
{
    public string Name => name;

    public async Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var cpu = ProcessCpu.Seconds(client.Pid);
        var answer = await client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"run {length.TotalSeconds}"), cancellationToken);
        return new(
            GrpcSubjects.Number(answer, "calls"),
            answer["seconds"]!.GetValue<double>(),
            ProcessCpu.Seconds(client.Pid) - cpu,
            GrpcSubjects.Number(answer, "allocated"));
    }
}
