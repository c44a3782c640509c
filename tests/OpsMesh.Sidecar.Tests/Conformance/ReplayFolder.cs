namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>A folder for the files of one set-up; gone with it.</summary>
internal sealed class ReplayFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("conformance-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
