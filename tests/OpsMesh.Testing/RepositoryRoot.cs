namespace OpsMesh.Testing;

/// <summary>Where the sources are that the tests were built from.</summary>
public static class RepositoryRoot
{
    /// <returns>The folder of OpsMesh.sln above the test's own folder.</returns>
    /// <exception cref="InvalidOperationException">The test does not run inside a checkout.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OpsMesh.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No OpsMesh.sln above {AppContext.BaseDirectory}.");
    }
}
