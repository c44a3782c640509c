using OpsMesh.Daemon.Platform;

namespace OpsMesh.Daemon.Supervision;

/// <summary>The one constant script that starts every program, as a file in the data folder.</summary>
internal static class LaunchScript
{
    /// <summary>Writes it when it is not there as it should be. Never in place: a running wrapper still reads the old file.</summary>
    /// <returns>Its path.</returns>
    public static string Install(string dataFolder)
    {
        using var resource = typeof(LaunchScript).Assembly.GetManifestResourceStream("launch.sh")
            ?? throw new InvalidOperationException("The launch script is not in the assembly.");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        var bytes = content.ToArray();
        var path = Path.Combine(dataFolder, "launch.sh");
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            DurableFile.Replace(path, bytes);
        }

        return path;
    }
}
