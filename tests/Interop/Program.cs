using System.CommandLine;
using System.CommandLine.Help;
using OpsMesh.Cli;
using OpsMesh.Interop.Client;
using OpsMesh.Interop.Matrix;
using OpsMesh.Interop.Server;

// The launcher passes on what was typed, `interop` included.
var root = new Command("opsmesh")
{
    new Command("interop", "The test service of gRPC's interop description, against other implementations.")
    {
        new HelpOption { Recursive = true },
        ServerCommand.Create(),
        ClientCommand.Create(),
        AllCommand.Create(),
    },
};

return await CommandLine.RunAsync(root, args);
