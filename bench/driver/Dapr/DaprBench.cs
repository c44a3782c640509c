using System.CommandLine;
using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Dapr;

/// <summary>The sidecar beside the same work without it.</summary>
internal static class DaprBench
{
    public const string Name = "dapr";

    public static Command Command()
    {
        var command = new Command(Name, "The sidecar beside direct calls and a driver alone. About five minutes on a quiet machine.");
        var options = new BenchOptions(command, [ProxyCase.Id, ProxiedStreamCase.Id, StateCase.Id, PublishCase.Id]);
        command.SetAction((parsed, cancellationToken) => RunAsync(options.Read(parsed), TimeProvider.System, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(BenchRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new Progress(Console.Error, clock);
        await new Tools(progress).NeedAsync("h2load", "nghttp2-client", cancellationToken);
        using var bodies = await RequestBodies.WriteAsync(cancellationToken);
        var roundRobin = new RoundRobin(request.Schedule, progress);
        ICase[] cases =
        [
            new ProxyCase(bodies, roundRobin, clock),
            new ProxiedStreamCase(bodies, roundRobin, clock),
            new StateCase(roundRobin, clock),
            new PublishCase(roundRobin, clock),
        ];
        return await new BenchRun(Name, request, progress, clock).RunAsync(cases, Resources.Read("Dapr/notes.md"), cancellationToken);
    }
}
