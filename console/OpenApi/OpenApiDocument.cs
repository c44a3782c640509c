using System.Text.Json.Nodes;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.OpenApi;

/// <summary>OpenAPI 3.1 of the whole REST API, made from the descriptors; what the console answers itself stands in own.json.</summary>
internal static class OpenApiDocument
{
    private const string Own = "openapi-own.json";

    public static JsonObject Write(RestCatalog catalog, ProtoComments comments)
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream(Own)
            ?? throw new InvalidOperationException($"The build did not embed {Own}.");
        var document = JsonNode.Parse(stream)!.AsObject();
        var schemas = new SchemaWriter(comments);
        var operations = new OperationWriter(schemas, comments);
        var paths = document["paths"]!.AsObject();
        foreach (var method in catalog.Methods.OrderBy(method => method.Route.Text, StringComparer.Ordinal))
        {
            if (paths[method.Route.Text] is not JsonObject path)
            {
                paths[method.Route.Text] = path = [];
            }

            path[method.Verb.ToLowerInvariant()] = operations.Of(method);
        }

        var components = document["components"]!["schemas"]!.AsObject();
        foreach (var (name, schema) in schemas.Schemas.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            components[name] = schema!.DeepClone();
        }

        return document;
    }
}
