using System.CommandLine;
using System.CommandLine.Help;
using OpsMesh.Cli;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Remote;
using OpsMesh.Cli.Smoke;
using OpsMesh.Cli.Testing;

// A plain command, because RootCommand takes its name from the assembly and people type `opsmesh`.
var root = new Command("opsmesh", "Operates fleets of nodes. On one machine: `opsmesh up`.")
{
    new HelpOption(),
    new VersionOption(),
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    ResetCommand.Create(),
    SmokeCommand.Create(),
    TestCommand.Create(),
    ConformanceCommand.Create(),
    LaunchedCommand.Create("bench", "Measures beside a peer in the same run: `./opsmesh bench grpc`."),
    LaunchedCommand.Create("interop", "Runs gRPC's interop cases against other implementations: `./opsmesh interop all`."),
};

RemoteCommands.AddTo(root);

return await CommandLine.RunAsync(root, args);
