using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using OpsMesh.Testing;

namespace OpsMesh.Contracts.Seeds;

public sealed partial class SeedMapTests
{
    private static readonly Dictionary<string, string> Map = ReadMap();

    public static TheoryData<string, string> Surface() => [.. ReadSurface()];

    [Theory]
    [MemberData(nameof(Surface))]
    public void EveryRpcAndField_LivesSomewhereOrSaysWhyNot(string document, string name)
    {
        Assert.True(Map.TryGetValue($"{document} {name}", out var where), $"docs/seed-map.md has no row for {document} {name}");
        Assert.True(
            Descriptor().IsMatch(where) || where.StartsWith("differs because ", StringComparison.Ordinal)
            || where.StartsWith("waits for ", StringComparison.Ordinal),
            $"{name}: '{where}' names no descriptor, no reason and no capability");
    }

    [Fact]
    public void EveryDescriptorNamedInTheMap_Exists()
    {
        var known = Descriptors.All.SelectMany(Names).ToHashSet(StringComparer.Ordinal);

        var missing = Map.Values.SelectMany(where => Descriptor().Matches(where)).Select(match => match.Groups[1].Value).Where(name => !known.Contains(name));

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Names(FileDescriptor file) =>
        file.Services.SelectMany(service => service.Methods).Select(method => method.FullName)
            .Concat(file.MessageTypes.SelectMany(message => message.Fields.InDeclarationOrder()).Select(field => field.FullName));

    private static IEnumerable<(string Document, string Name)> ReadSurface() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Seeds", "surface.txt"))
        where !line.StartsWith('#')
        let parts = line.Split('\t')
        select (parts[0], parts[1]);

    private static Dictionary<string, string> ReadMap() =>
        File.ReadLines(Path.Combine(RepositoryRoot.Find(), "docs", "seed-map.md"))
            .Select(line => line.Split(" | "))
            .Where(cells => cells.Length == 3 && cells[0].StartsWith("| 0", StringComparison.Ordinal))
            .ToDictionary(cells => $"{cells[0][2..]} {cells[1]}", cells => cells[2].TrimEnd(' ', '|'), StringComparer.Ordinal);

    [GeneratedRegex("`(opsmesh\\.[a-zA-Z0-9_.]+)`")]
    private static partial Regex Descriptor();
}
