using System.Globalization;
using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;

namespace OpsMesh.Bench.Dapr;

/// <summary>A program that does one thing after the other. The operations of its samples are as many, and as long, as the median says.</summary>
internal sealed class TimedProgram(string name, Subject program, string what) : IContestant
{
    public string Name => name;

    /// <summary>A sample's rate stands for the median of a single operation: 1,000 by milliseconds.</summary>
    public async Task<Sample> RunAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var cpu = ProcessCpu.Seconds(program.Pid);
        var answer = await program.AskAsync(string.Create(CultureInfo.InvariantCulture, $"run {what} {length.TotalSeconds}"), cancellationToken);
        var calls = GrpcSubjects.Number(answer, "calls");
        return new(calls, calls * answer["p50"]!.GetValue<double>() / 1_000, ProcessCpu.Seconds(program.Pid) - cpu, AllocatedBytes: null);
    }

    /// <summary>Milliseconds of one operation.</summary>
    public static Spread Milliseconds(Series series) => new(1_000 / series.Rate.Median, 1_000 / series.Rate.Most, 1_000 / series.Rate.Least);
}
