namespace OpsMesh.Cli;

/// <summary>Where the product was built: the launcher says it, else the folders above this program are searched.</summary>
internal static class Repository
{
    public const string RootVariable = "OPSMESH_ROOT";

    public static string Root { get; } = Find();

    public static string Topology => Path.Combine(Root, "tye.yaml");

    /// <summary>The assembly of a built project.</summary>
    public static string Assembly(string project) => Path.Combine(Root, "artifacts", "bin", project, "debug", project + ".dll");

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "tye.yaml")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
