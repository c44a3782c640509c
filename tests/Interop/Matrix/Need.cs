namespace OpsMesh.Interop.Matrix;

/// <summary>Something that has to be installed.</summary>
/// <param name="File">A path, or the name of a program.</param>
/// <param name="Package">What installs it.</param>
internal sealed record Need(string File, string Package)
{
    public bool IsMet => Path.IsPathRooted(File)
        ? System.IO.File.Exists(File)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Any(f => System.IO.File.Exists(Path.Combine(f, File)));
}
