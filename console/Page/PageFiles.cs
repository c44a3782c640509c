using System.Reflection;

namespace OpsMesh.Console.Page;

/// <summary>The page that was built into this assembly; a build with SkipWeb has none.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "page/";
    private readonly Dictionary<string, PageFile> _files = new(StringComparer.Ordinal);

    public PageFiles(Assembly assembly)
    {
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var content = assembly.GetManifestResourceStream(name)!;
            var path = name[(Prefix.Length - 1)..].Replace('\\', '/');
            _files[path] = PageFile.Of(path, content);
        }
    }

    /// <returns>Null when there is no such file.</returns>
    public PageFile? Find(string path) => _files.GetValueOrDefault(path == "/" ? "/index.html" : path);
}
