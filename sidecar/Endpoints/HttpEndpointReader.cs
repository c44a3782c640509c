using OpsMesh.Sidecar.Resources;
using OpsMesh.Yaml;

namespace OpsMesh.Sidecar.Endpoints;

/// <summary>Reads <c>kind: HTTPEndpoint</c>.</summary>
internal static class HttpEndpointReader
{
    public static HttpEndpointResource Read(YamlMap document, ComponentValues values)
    {
        document.RejectUnknown("apiVersion", "kind", "metadata", "spec", "scopes", "auth");
        var spec = document.Required("spec").AsMap();
        spec.RejectUnknown("baseUrl", "headers", "clientTLS");
        if (spec.Optional("clientTLS") is { } tls)
        {
            throw tls.Error("is not supported by this sidecar");
        }

        var address = spec.Required("baseUrl");
        if (!Uri.TryCreate(address.AsString(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw address.Error("is no address that begins with http:// or https://");
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in spec.Optional("headers")?.AsList() ?? Enumerable.Empty<YamlNode>())
        {
            var (name, value) = ComponentReader.ReadItem(item.AsMap(), values);
            headers[name] = value;
        }

        return new HttpEndpointResource(document.Required("metadata").AsMap().Required("name").AsString(), address.AsString(), headers, ComponentReader.Strings(document.Optional("scopes")));
    }
}
