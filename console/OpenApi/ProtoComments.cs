using System.Reflection;
using Google.Protobuf.Reflection;

namespace OpsMesh.Console.OpenApi;

/// <summary>Comments of the protos by full name. Generated descriptors hold none, so the build embeds a set that does.</summary>
internal sealed class ProtoComments
{
    public const string Resource = "contracts.binpb";
    private const int MessageTag = 4;
    private const int EnumTag = 5;
    private const int ServiceTag = 6;

    private readonly Dictionary<string, string> _comments = new(StringComparer.Ordinal);

    public ProtoComments(FileDescriptorSet files)
    {
        foreach (var file in files.File)
        {
            foreach (var location in file.SourceCodeInfo?.Location ?? [])
            {
                if (location.LeadingComments.Length > 0 && NameOf(file, [.. location.Path]) is { } name)
                {
                    _comments[name] = string.Join(' ', location.LeadingComments.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                }
            }
        }
    }

    public static ProtoComments Embedded()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build did not embed {Resource}.");
        return new ProtoComments(FileDescriptorSet.Parser.ParseFrom(stream));
    }

    /// <returns>One paragraph; null when the proto says nothing.</returns>
    public string? Of(IDescriptor descriptor) => _comments.GetValueOrDefault(descriptor.FullName);

    /// <summary>A location's path is pairs of field number and index from the file down.</summary>
    private static string? NameOf(FileDescriptorProto file, int[] path) => path switch
    {
        [ServiceTag, var s] => $"{file.Package}.{file.Service[s].Name}",
        [ServiceTag, var s, 2, var m] => $"{file.Package}.{file.Service[s].Name}.{file.Service[s].Method[m].Name}",
        [EnumTag, var e] => $"{file.Package}.{file.EnumType[e].Name}",
        [EnumTag, var e, 2, var v] => $"{file.Package}.{file.EnumType[e].Name}.{file.EnumType[e].Value[v].Name}",
        [MessageTag, var m, ..] => NameIn(file.MessageType[m], $"{file.Package}.{file.MessageType[m].Name}", path[2..]),
        _ => null,
    };

    private static string? NameIn(DescriptorProto message, string name, int[] path) => path switch
    {
        [] => name,
        [2, var field] => $"{name}.{message.Field[field].Name}",
        [3, var nested, ..] => NameIn(message.NestedType[nested], $"{name}.{message.NestedType[nested].Name}", path[2..]),
        [4, var inner] => $"{name}.{message.EnumType[inner].Name}",
        _ => null,
    };
}
