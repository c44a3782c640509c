using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.OpenApi;

public sealed partial class OpenApiTests
{
    private static readonly RestCatalog Catalog = RestCatalog.OfContracts();
    private static readonly JsonObject Document = OpenApiDocument.Write(Catalog, ProtoComments.Embedded());

    [Fact]
    public void EveryOfferedRpc_IsDescribed()
    {
        foreach (var method in Catalog.Methods)
        {
            var operation = Document["paths"]?[method.Route.Text]?[method.Verb.ToLowerInvariant()];
            Assert.NotNull(operation);
            Assert.Equal($"{method.Descriptor.Service.FullName}/{method.Descriptor.Name}", operation["x-opsmesh-rpc"]!.GetValue<string>());
        }
    }

    [Fact]
    public void EveryPathVariable_IsARequiredParameter()
    {
        foreach (var (path, operations) in Document["paths"]!.AsObject())
        {
            foreach (var (_, operation) in operations!.AsObject())
            {
                var parameters = (operation!["parameters"]?.AsArray() ?? []).ToList();
                var inPath = parameters.Where(parameter => parameter!["in"]!.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>());
                Assert.Equal(Variable().Matches(path).Select(match => match.Groups[1].Value), inPath);
                Assert.Equal(parameters.Count, parameters.Select(parameter => parameter!["name"]!.GetValue<string>()).Distinct().Count());
                Assert.NotEmpty(operation["responses"]!.AsObject());
            }
        }
    }

    [Fact]
    public void EveryReference_LeadsSomewhere()
    {
        foreach (Match reference in Reference().Matches(Document.ToJsonString()))
        {
            JsonNode? target = Document;
            foreach (var part in reference.Groups[1].Value.Split('/'))
            {
                target = target?[part];
            }

            Assert.True(target is not null, reference.Value);
        }
    }

    [Fact]
    public void OperationIds_AreUnique()
    {
        var ids = Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["operationId"]!.GetValue<string>()).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Fact]
    public void Comments_ComeFromTheProtos()
    {
        var operation = Document["paths"]!["/nodes:watch"]!["get"]!;
        var name = Document["components"]!["schemas"]!["opsmesh.registry.v1.Node"]!["properties"]!["last_heartbeat"]!;

        Assert.Equal("Snapshot of all nodes, then each change.", operation["summary"]!.GetValue<string>());
        Assert.Contains("text/event-stream", operation["responses"]!["200"]!["content"]!.AsObject().Select(pair => pair.Key));
        Assert.StartsWith("Last heartbeat", name["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("date-time", name["format"]!.GetValue<string>());
    }

    [Fact]
    public void LargeIntegers_AreStrings() => Assert.Equal(
        "string", Document["components"]!["schemas"]!["opsmesh.registry.v1.Node"]!["properties"]!["revision"]!["type"]!.GetValue<string>());

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("\"\\$ref\":\"#/([^\"]+)\"")]
    private static partial Regex Reference();
}
