using System.CommandLine;
using System.CommandLine.Help;
using OpsMesh.Bench.Dapr;
using OpsMesh.Bench.Grpc;
using OpsMesh.Bench.Harness;

// The launcher passes on what was typed, `bench` included.
var root = new Command("opsmesh")
{
    new Command("bench", "Measures, beside a peer in the same run, and says whether the goals are met.")
    {
        new HelpOption { Recursive = true },
        DaprBench.Command(),
        GrpcBench.Command(),
    },
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchException refused)
{
    await Console.Error.WriteLineAsync($"error {refused.Message}");
    return refused.ExitCode;
}
catch (OperationCanceledException)
{
    return ExitCodes.Interrupted;
}
