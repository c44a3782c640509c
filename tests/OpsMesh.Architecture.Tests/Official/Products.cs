using System.Text.Json;
using OpsMesh.Testing;

namespace OpsMesh.Architecture.Official;

/// <summary>The product as it was built beside these tests.</summary>
internal static class Products
{
    public static readonly string[] StandIns = ["OpsMesh.Grpc", "OpsMesh.Dapr"];

    /// <summary>Project files of OpsMesh.Product.slnf, relative to the root.</summary>
    public static IReadOnlyList<string> Projects()
    {
        using var filter = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Find(), "OpsMesh.Product.slnf")));
        return [.. filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(project => project.GetString()!)];
    }

    public static BuiltAssembly Open(string name)
    {
        // artifacts/bin/OpsMesh.Architecture.Tests/debug: the others stand beside it.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return new(Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, $"{name}.dll"));
    }
}
