using System.Reflection;
using Grpc.Core;

namespace OpsMesh.Grpc.Tests.Surface;

/// <summary>
/// What libs/Grpc offers exists in the official packages too, so code that compiles against it compiles with -p:OfficialPackages=true.
/// </summary>
public sealed class OfficialSurfaceTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Generated from protos, which are the same on both sides.
    private static readonly string[] Generated = ["Google.Rpc", "Grpc.Health.V1", "Grpc.Reflection.V1", "Grpc.Reflection.V1Alpha"];

    [Fact]
    public void PublicSurface_IsOfficial()
    {
        var official = ReadOfficial();
        var strangers = new List<string>();
        foreach (var type in typeof(Metadata).Assembly.GetExportedTypes().Where(type => !Generated.Contains(type.Namespace)))
        {
            var name = NameOf(type);
            if (!official.TryGetValue(name, out var members))
            {
                strangers.Add(name);
            }
            else if (type is { IsInterface: false, IsEnum: false } && !typeof(Delegate).IsAssignableFrom(type))
            {
                strangers.AddRange(Members(type).Where(member => !members.Contains(member)).Select(member => $"{name}.{member}"));
            }
        }

        Assert.Empty(strangers);
    }

    private static IEnumerable<string> Members(Type type) => type.GetMembers(Declared)
        .Where(member => member switch
        {
            MethodBase method => !method.IsSpecialName && !method.IsConstructor && IsVisible(method),
            PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
            FieldInfo field => field.IsPublic || field.IsFamily,
            _ => false,
        })
        .Select(member => member.Name)
        .Where(name => !name.Contains('.', StringComparison.Ordinal) && !name.Contains('<', StringComparison.Ordinal))
        .Distinct();

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string NameOf(Type type)
    {
        var name = type.Name.Split('`') is [var plain, _] ? $"{plain}`" : type.Name;
        return type.DeclaringType is { } outer ? $"{NameOf(outer)}+{name}" : $"{type.Namespace}.{name}";
    }

    private static Dictionary<string, HashSet<string>> ReadOfficial()
    {
        using var resource = typeof(OfficialSurfaceTests).Assembly.GetManifestResourceStream("official.txt")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => words[1..].ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
    }
}
