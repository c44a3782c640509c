using System.CommandLine;
using OpsMesh.Cli.Topology;
using OpsMesh.Yaml;

namespace OpsMesh.Cli.Local;

/// <summary>Options that several local commands share.</summary>
internal static class LocalArguments
{
    public static Option<string?> Data() => new("--data") { Description = "Folder of the run. Default: .opsmesh in the repository.", HelpName = "FOLDER" };

    public static Option<int> PortBase() => new("--port-base")
    {
        Description = $"First port of the block of 900 that the mesh listens on (loopback only).",
        HelpName = "PORT",
        DefaultValueFactory = _ => TyeTopology.DefaultPortBase,
    };

    public static Option<bool> Json() => new("--json") { Description = "One JSON document instead of a table." };

    public static Option<TimeSpan> Duration(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && YamlDuration.TryParse(token.Value, out var value) && value >= TimeSpan.FromSeconds(1))
            {
                return value;
            }

            result.AddError($"{name} wants a duration such as 10s or 1m, at least 1s.");
            return fallback;
        },
    };
}
