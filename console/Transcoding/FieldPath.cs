using Google.Protobuf.Reflection;

namespace OpsMesh.Console.Transcoding;

/// <summary>Dotted paths of request fields, as query parameters and problems name them: <c>page.size</c>.</summary>
internal static class FieldPath
{
    private static readonly HashSet<string> WrittenAsText = new(StringComparer.Ordinal)
    {
        "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask",
    };

    /// <returns>The field at the end of the path; null when a name on the way is not a field.</returns>
    public static FieldDescriptor? Find(MessageDescriptor message, string path)
    {
        FieldDescriptor? field = null;
        foreach (var name in path.Split('.'))
        {
            var inside = field is null ? message : IsMessage(field) ? field.MessageType : null;
            field = inside?.FindFieldByName(name);
            if (field is null)
            {
                return null;
            }
        }

        return field;
    }

    /// <summary>Whether a text can be its value: scalars, enums, times and spans, or a list of these.</summary>
    public static bool IsLeaf(FieldDescriptor field) =>
        !field.IsMap && (field.FieldType is not (FieldType.Message or FieldType.Group) || WrittenAsText.Contains(field.MessageType.FullName));

    private static bool IsMessage(FieldDescriptor field) => field is { FieldType: FieldType.Message, IsRepeated: false } && !IsLeaf(field);
}
