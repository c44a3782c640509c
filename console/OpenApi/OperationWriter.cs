using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.OpenApi;

/// <summary>One RPC as an OpenAPI operation: path and query parameters, body, answer, problem.</summary>
internal sealed class OperationWriter(SchemaWriter schemas, ProtoComments comments)
{
    public JsonObject Of(RestMethod method)
    {
        var descriptor = method.Descriptor;
        var operation = new JsonObject
        {
            ["operationId"] = $"{descriptor.Service.Name}_{descriptor.Name}",
            ["tags"] = new JsonArray(descriptor.Service.Name),
            ["summary"] = comments.Of(descriptor) ?? descriptor.Name,
            ["x-opsmesh-rpc"] = $"{descriptor.Service.FullName}/{descriptor.Name}",
            ["x-opsmesh-roles"] = new JsonArray([.. method.Policy.Roles.Select(role => JsonValue.Create(RoleName(role)))]),
            ["parameters"] = Parameters(method),
        };
        if (Body(method) is { } body)
        {
            operation["requestBody"] = body;
        }

        operation["responses"] = new JsonObject { ["200"] = Answer(method), ["default"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" } };
        return operation;
    }

    private JsonArray Parameters(RestMethod method)
    {
        var parameters = new JsonArray();
        foreach (var name in method.Route.Variables)
        {
            parameters.Add(Parameter(FieldPath.Find(method.Request, name)!, name, "path"));
        }

        if (method.Body != "*")
        {
            AddQuery(parameters, method, method.Request, "", depth: 0);
        }

        return parameters;
    }

    private void AddQuery(JsonArray parameters, RestMethod method, MessageDescriptor message, string prefix, int depth)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            var name = prefix + field.Name;
            if (method.Route.Variables.Contains(name, StringComparer.Ordinal) || name == method.Body)
            {
                continue;
            }

            if (FieldPath.IsLeaf(field))
            {
                parameters.Add(Parameter(field, name, "query"));
            }
            else if (field is { IsMap: false, IsRepeated: false } && depth < 3)
            {
                AddQuery(parameters, method, field.MessageType, name + ".", depth + 1);
            }
        }
    }

    private JsonObject Parameter(FieldDescriptor field, string name, string place)
    {
        var schema = schemas.Of(field);
        var parameter = new JsonObject { ["name"] = name, ["in"] = place, ["required"] = place == "path" };
        if (schema["description"] is { } text)
        {
            schema.Remove("description");
            parameter["description"] = text;
        }

        parameter["schema"] = schema;
        return parameter;
    }

    private JsonObject? Body(RestMethod method) => method.Body switch
    {
        "" => null,
        // What the path gives need not be repeated, so nothing is required.
        "*" => new JsonObject { ["required"] = false, ["content"] = Json(schemas.RefTo(method.Request)) },
        var field => new JsonObject { ["required"] = true, ["content"] = Json(schemas.Of(method.Request.FindFieldByName(field))) },
    };

    private JsonObject Answer(RestMethod method)
    {
        var schema = schemas.RefTo(method.Response);
        return method.IsStream
            ? new JsonObject
            {
                ["description"] = "Server-sent events. 'message': one of the schema. 'error': a problem, then the end. Comments keep the connection open.",
                ["content"] = new JsonObject { ["text/event-stream"] = new JsonObject { ["schema"] = schema } },
            }
            : new JsonObject { ["description"] = comments.Of(method.Response) ?? "The answer.", ["content"] = Json(schema) };
    }

    private static JsonObject Json(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    private static string RoleName(Contracts.Options.V1.Role role) =>
        Contracts.Options.V1.OptionsReflection.Descriptor.EnumTypes.Single(type => type.Name == "Role").FindValueByNumber((int)role)?.Name ?? role.ToString();
}
