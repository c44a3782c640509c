using Google.Protobuf.Reflection;

namespace OpsMesh.Console.Transcoding;

/// <summary>What a field takes, in words for the one who got it wrong.</summary>
internal static class FieldWords
{
    public static string Of(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Bool => "true or false",
        FieldType.String => "a text",
        FieldType.Bytes => "base64",
        FieldType.Float or FieldType.Double => "a number",
        FieldType.Enum => $"one of {string.Join(", ", field.EnumType.Values.Where(value => value.Number != 0).Select(value => value.Name))}",
        FieldType.Message when field.IsMap => "an object",
        FieldType.Message => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => "a time like 2026-01-31T12:00:00Z",
            "google.protobuf.Duration" => "a length of time like 5s",
            _ => "an object",
        },
        FieldType.UInt32 or FieldType.UInt64 or FieldType.Fixed32 or FieldType.Fixed64 => "a whole number that is not negative",
        _ => "a whole number",
    };
}
