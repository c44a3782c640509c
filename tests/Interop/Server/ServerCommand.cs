using System.CommandLine;
using OpsMesh.Cli;

namespace OpsMesh.Interop.Server;

internal static class ServerCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on the loopback interface; 0 takes a free one and says which.", DefaultValueFactory = _ => 0 };
        var useTls = SharedOptions.UseTls();
        var credentials = SharedOptions.Credentials();
        var command = new Command("server", "Serves grpc.testing.TestService until it is stopped.") { port, useTls, credentials };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(port),
            parsed.GetValue(useTls) ? TestCredentials.In(parsed.GetValue(credentials)!, TimeProvider.System) : null,
            parsed.InvocationConfiguration.Output,
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int port, TestCredentials? credentials, TextWriter output, CancellationToken cancellationToken)
    {
        await using var server = await InteropServer.StartAsync(port, credentials, cancellationToken);
        await output.WriteLineAsync($"listening on {server.Port}");
        await server.WaitAsync(cancellationToken);
        return ExitCodes.Ok;
    }
}
