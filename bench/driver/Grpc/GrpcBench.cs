using System.CommandLine;
using OpsMesh.Bench.Harness;
using OpsMesh.Bench.Load;

namespace OpsMesh.Bench.Grpc;

/// <summary>libs/Grpc beside what Kestrel and SocketsHttpHandler can do at best.</summary>
internal static class GrpcBench
{
    private const string Name = "grpc";

    public static Command Command()
    {
        var command = new Command(Name, "libs/Grpc beside plain Kestrel and a hand-written SocketsHttpHandler loop. About six minutes on a quiet machine.");
        var options = new BenchOptions(command, [UnaryCase.Id, ManyConnectionsCase.Id, StreamCase.Id, ClientCase.Id, ConnectionMemoryCase.Id]);
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
            new UnaryCase(bodies, roundRobin),
            new ManyConnectionsCase(bodies, roundRobin),
            new StreamCase(bodies, roundRobin),
            new ClientCase(roundRobin),
            new ConnectionMemoryCase(request.Schedule, progress, clock),
        ];
        return await new BenchRun(Name, request, progress, clock).RunAsync(cases, Resources.Read("Grpc/notes.md"), cancellationToken);
    }
}
