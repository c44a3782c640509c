namespace OpsMesh.Bench.Harness;

/// <summary>Where the benches were built: the launcher says it, else the folders above this program are searched.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The assembly of a project built in Release.</summary>
    public static string Assembly(string project) => Path.Combine(Root, "artifacts", "bin", project, "release", project + ".dll");

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("OPSMESH_ROOT") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpsMesh.sln")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException(ExitCodes.BadArguments, "Run it through ./opsmesh bench.");
    }
}
