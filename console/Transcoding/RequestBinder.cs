using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Primitives;

namespace OpsMesh.Console.Transcoding;

/// <summary>Makes the request message of an RPC from path, query and body, by descriptor.</summary>
internal static class RequestBinder
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <param name="body">Null or empty when there is none.</param>
    /// <returns>The message; else what is wrong and in which field. Whether values make sense is for the service to say.</returns>
    public static Outcome<IMessage> Bind(
        RestMethod method, IEnumerable<KeyValuePair<string, string>> path, IEnumerable<KeyValuePair<string, StringValues>> query, ReadOnlyMemory<byte> body)
    {
        var request = ReadBody(method, body);
        if (!request.Succeeded)
        {
            return request.Failure;
        }

        foreach (var (name, values) in query)
        {
            if (PutQuery(method, request.Value, name, values) is { } refused)
            {
                return refused;
            }
        }

        foreach (var (name, value) in path)
        {
            if (PutPath(method, request.Value, name, value) is { } refused)
            {
                return refused;
            }
        }

        return Parse(request.Value, method.Request);
    }

    private static Outcome<JsonObject> ReadBody(RestMethod method, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return new JsonObject();
        }

        if (method.Body.Length == 0)
        {
            return Wrong("body", $"{method.Verb} {method.Route.Text} takes no body.");
        }

        JsonNode? node;
        try
        {
            node = JsonNode.Parse(body.Span, documentOptions: Strict);
            // Names that appear twice are found only when the object is looked into.
            _ = (node as JsonObject)?.Count;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return Wrong("body", $"The body is not JSON: {exception.Message}");
        }

        return (method.Body, node) switch
        {
            ("*", JsonObject whole) => whole,
            ("*", _) => Wrong("body", "The body must be a JSON object."),
            var (field, value) => new JsonObject { [field] = value },
        };
    }

    private static Failure? PutQuery(RestMethod method, JsonObject request, string name, StringValues values)
    {
        if (method.Body == "*")
        {
            return Wrong(name, $"'{name}' belongs into the body.");
        }

        if (FieldPath.Find(method.Request, name) is not { } field || !FieldPath.IsLeaf(field) || method.Body == name.Split('.')[0])
        {
            return Wrong(name, $"'{name}' is no parameter of this call.");
        }

        if (!field.IsRepeated && values.Count != 1)
        {
            return Wrong(name, $"'{name}' may be given once.");
        }

        return Put(request, name, field, values);
    }

    private static Failure? PutPath(RestMethod method, JsonObject request, string name, string value)
    {
        var field = FieldPath.Find(method.Request, name) ?? throw new InvalidOperationException($"No field '{name}'.");
        return request[name] is { } other && other.ToJsonString() != Value(field, value).ToJsonString()
            ? Wrong(name, $"'{name}' differs between path and body.")
            : Put(request, name, field, value);
    }

    private static Failure? Put(JsonObject request, string path, FieldDescriptor field, StringValues values)
    {
        JsonNode value = field.IsRepeated ? new JsonArray([.. values.Select(text => Value(field, text ?? ""))]) : Value(field, values.ToString());
        // Each value is tried alone, so that the answer can name the parameter.
        if (!ProtoJson.Fits(new JsonObject { [field.Name] = value.DeepClone() }.ToJsonString(), field.ContainingType))
        {
            return Wrong(path, $"'{values}' is not a value for '{path}', which is {FieldWords.Of(field)}.");
        }

        var names = path.Split('.');
        var parent = request;
        foreach (var name in names[..^1])
        {
            parent = parent[name] as JsonObject ?? (JsonObject)(parent[name] = new JsonObject());
        }

        parent[names[^1]] = value;
        return null;
    }

    private static JsonValue Value(FieldDescriptor field, string text) =>
        field.FieldType == FieldType.Bool && text is "true" or "false" ? JsonValue.Create(text == "true") : JsonValue.Create(text);

    private static Outcome<IMessage> Parse(JsonObject request, MessageDescriptor descriptor)
    {
        try
        {
            return Outcome<IMessage>.Of(ProtoJson.Parse(request.ToJsonString(), descriptor));
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            var (field, detail) = OffendingField.In(request, descriptor) ?? ("body", exception.Message);
            return Wrong(field, detail);
        }
    }

    private static Failure Wrong(string field, string detail) => new(FailureKind.Invalid, Reasons.FieldFormat, detail) { Field = field };
}
