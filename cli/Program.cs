using System.CommandLine;
using OpsMesh.Cli;
using OpsMesh.Cli.Local;
using OpsMesh.Cli.Remote;

var root = new RootCommand("Operates fleets of nodes. On one machine: `opsmesh up`.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    ResetCommand.Create(),
};

RemoteCommands.AddTo(root);

return await CommandLine.RunAsync(root, args);
