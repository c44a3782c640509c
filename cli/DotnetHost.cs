namespace OpsMesh.Cli;

/// <summary>The program that runs assemblies.</summary>
internal static class DotnetHost
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.ProcessPath is { } self && System.IO.Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            return self;
        }

        var folders = (Environment.GetEnvironmentVariable("DOTNET_ROOT") + ":" + Environment.GetEnvironmentVariable("PATH")).Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(f => System.IO.Path.Combine(f, "dotnet")).FirstOrDefault(File.Exists)
            ?? throw new CliException(ExitCodes.ToolMissing, "dotnet is not on PATH. Install the .NET SDK that global.json names.");
    }
}
