namespace OpsMesh.Architecture.Official;

/// <summary>
/// The one list of what the official packages offer, as far as libs/Grpc and libs/Dapr may stand in for it. A type stands at the start of a
/// line, its public and protected members below it, indented, as <see cref="SignatureText"/> writes them.
/// </summary>
internal sealed class OfficialSurface
{
    /// <summary>Generated from protos, which are the same on both sides.</summary>
    private static readonly string[] Generated =
    [
        "Google.Rpc", "Grpc.Health.V1", "Grpc.Reflection.V1", "Grpc.Reflection.V1Alpha",
        "Dapr.AppCallback.Autogen.Grpc.v1", "Dapr.Client.Autogen.Grpc.v1",
    ];

    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);

    public OfficialSurface(IEnumerable<string> lines)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == ' ')
            {
                members.Add(line.Trim());
            }
            else
            {
                _types.Add(line, members = new(StringComparer.Ordinal));
            }
        }
    }

    public static OfficialSurface Read() => new(new[] { "grpc.txt", "dapr.txt" }.SelectMany(Lines));

    public static bool IsGenerated(string typeNamespace) => Generated.Contains(typeNamespace);

    public bool HasType(string type) => _types.ContainsKey(type);

    public bool HasMember(string type, string member) => _types.TryGetValue(type, out var members) && members.Contains(member);

    /// <summary>Whether some overload of that name has as many parameters: what an override can be told by.</summary>
    public bool HasOverridable(string type, string name, int parameters) =>
        _types.TryGetValue(type, out var members) && members.Any(member =>
            member.StartsWith($"{name}(", StringComparison.Ordinal) && CountParameters(member) == parameters);

    private static int CountParameters(string member)
    {
        var list = member[(member.IndexOf('(', StringComparison.Ordinal) + 1)..member.LastIndexOf("):", StringComparison.Ordinal)];
        var depth = 0;
        return list.Length == 0 ? 0 : 1 + list.Count(letter =>
        {
            depth += letter is '<' or '[' ? 1 : letter is '>' or ']' ? -1 : 0;
            return letter == ',' && depth == 0;
        });
    }

    private static IEnumerable<string> Lines(string name)
    {
        using var resource = typeof(OfficialSurface).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(resource);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
