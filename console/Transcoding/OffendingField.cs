using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;

namespace OpsMesh.Console.Transcoding;

/// <summary>Finds which field of a refused body is to blame; protobuf's parser says only that one is.</summary>
internal static class OffendingField
{
    /// <returns>Dotted path and a sentence; null when every field fits when taken alone.</returns>
    public static (string Path, string Detail)? In(JsonObject json, MessageDescriptor message, string prefix = "")
    {
        var seen = new HashSet<OneofDescriptor>();
        foreach (var (name, value) in json)
        {
            var path = prefix + name;
            var field = message.FindFieldByName(name) ?? message.Fields.InDeclarationOrder().FirstOrDefault(candidate => candidate.JsonName == name);
            if (field is null)
            {
                return (path, $"'{path}' is no field of {message.Name}.");
            }

            if (field.RealContainingOneof is { } oneof && !seen.Add(oneof))
            {
                return (path, $"Only one of {string.Join(", ", oneof.Fields.Select(choice => choice.Name))} may be given.");
            }

            if (!ProtoJson.Fits(new JsonObject { [name] = value?.DeepClone() }.ToJsonString(), message))
            {
                return Inside(field, value, path) ?? (path, $"'{path}' must be {(field.IsRepeated && !field.IsMap ? "a list; each item is " : "")}{FieldWords.Of(field)}.");
            }
        }

        return null;
    }

    private static (string Path, string Detail)? Inside(FieldDescriptor field, JsonNode? value, string path)
    {
        if (field.FieldType != FieldType.Message || field.IsMap || FieldPath.IsLeaf(field))
        {
            return null;
        }

        return value switch
        {
            JsonObject item when !field.IsRepeated => In(item, field.MessageType, path + "."),
            JsonArray items when field.IsRepeated => items
                .Select((item, index) => item is JsonObject one ? In(one, field.MessageType, $"{path}[{index}].") : ($"{path}[{index}]", "Must be an object."))
                .FirstOrDefault(found => found is not null),
            _ => null,
        };
    }
}
