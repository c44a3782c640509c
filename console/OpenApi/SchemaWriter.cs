using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.OpenApi;

/// <summary>JSON Schemas of messages and enums; each is described once and referred to.</summary>
internal sealed class SchemaWriter(ProtoComments comments)
{
    /// <summary>components/schemas: everything that was asked for and what that refers to.</summary>
    public JsonObject Schemas { get; } = [];

    public JsonObject RefTo(MessageDescriptor message)
    {
        if (Schemas[message.FullName] is null)
        {
            var schema = new JsonObject { ["type"] = "object" };
            // Before the fields: a message may contain itself.
            Schemas[message.FullName] = schema;
            Describe(schema, message);
            var properties = new JsonObject();
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                properties[field.Name] = Of(field);
            }

            schema["properties"] = properties;
            schema["additionalProperties"] = false;
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{message.FullName}" };
    }

    /// <summary>Schema of a field's value, with its comment.</summary>
    public JsonObject Of(FieldDescriptor field)
    {
        JsonObject schema = field switch
        {
            { IsMap: true } => new() { ["type"] = "object", ["additionalProperties"] = Single(field.MessageType.FindFieldByNumber(2)) },
            { IsRepeated: true } => new() { ["type"] = "array", ["items"] = Single(field) },
            _ => Single(field),
        };
        Describe(schema, field);
        if (field.RealContainingOneof is { } oneof)
        {
            schema["description"] = $"{schema["description"]} At most one of {string.Join(", ", oneof.Fields.Select(choice => choice.Name))} is set.".Trim();
        }

        return schema;
    }

    private JsonObject Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message when FieldPath.IsLeaf(field) => field.MessageType.FullName == "google.protobuf.Timestamp"
            ? new() { ["type"] = "string", ["format"] = "date-time" }
            : new() { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d{1,9})?s$", ["examples"] = new JsonArray("5s") },
        FieldType.Message => RefTo(field.MessageType),
        FieldType.Enum => RefTo(field.EnumType),
        FieldType.Bool => new() { ["type"] = "boolean" },
        FieldType.String => new() { ["type"] = "string" },
        FieldType.Bytes => new() { ["type"] = "string", ["contentEncoding"] = "base64" },
        FieldType.Float => new() { ["type"] = "number", ["format"] = "float" },
        FieldType.Double => new() { ["type"] = "number", ["format"] = "double" },
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => new() { ["type"] = "integer", ["format"] = "int32" },
        FieldType.UInt32 or FieldType.Fixed32 => new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = uint.MaxValue },
        FieldType.UInt64 or FieldType.Fixed64 => new() { ["type"] = "string", ["format"] = "uint64", ["pattern"] = @"^\d+$" },
        _ => new() { ["type"] = "string", ["format"] = "int64", ["pattern"] = @"^-?\d+$" },
    };

    private JsonObject RefTo(EnumDescriptor type)
    {
        if (Schemas[type.FullName] is null)
        {
            var schema = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. type.Values.Select(value => JsonValue.Create(value.Name))]) };
            Describe(schema, type);
            var words = type.Values.Where(value => comments.Of(value) is not null).Select(value => $"{value.Name}: {comments.Of(value)}").ToList();
            if (words.Count > 0)
            {
                schema["description"] = string.Join('\n', words.Prepend(comments.Of(type)).OfType<string>());
            }

            Schemas[type.FullName] = schema;
        }

        return new JsonObject { ["$ref"] = $"#/components/schemas/{type.FullName}" };
    }

    private void Describe(JsonObject schema, IDescriptor descriptor)
    {
        if (comments.Of(descriptor) is { } text)
        {
            schema["description"] = text;
        }
    }
}
