using System.CommandLine;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>Options that several local commands share.</summary>
internal static class LocalArguments
{
    public static Option<string?> Data(string description = "Folder of the run. Default: .opsmesh in the repository.")
    {
        var data = new Option<string?>("--data") { Description = description, HelpName = "FOLDER" };
        data.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var folder }] && string.IsNullOrWhiteSpace(folder))
            {
                result.AddError("--data wants the path of a folder.");
            }
        });
        return data;
    }

    public static Option<int> PortBase() => new("--port-base")
    {
        Description = $"First port of the block of 900 that the mesh listens on (loopback only).",
        HelpName = "PORT",
        DefaultValueFactory = _ => TyeTopology.DefaultPortBase,
    };

    public static Option<bool> Json() => new("--json") { Description = "One JSON document instead of a table." };
}
