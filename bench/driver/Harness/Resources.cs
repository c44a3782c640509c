namespace OpsMesh.Bench.Harness;

internal static class Resources
{
    /// <summary>Text that is built in, by its path below the project.</summary>
    public static string Read(string path)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(path)
            ?? throw new InvalidOperationException($"{path} is not built in.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
