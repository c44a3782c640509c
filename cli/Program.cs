using System.CommandLine;
using OpsMesh.Cli;
using OpsMesh.Cli.Local;

var root = new RootCommand("Operates fleets of nodes. On one machine: `opsmesh up`.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    ResetCommand.Create(),
};

return await CommandLine.RunAsync(root, args);
