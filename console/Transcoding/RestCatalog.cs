using System.Reflection;
using Google.Protobuf.Reflection;
using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Console.Transcoding;

/// <summary>Every RPC of the contract that carries a REST route. A new RPC needs no line here.</summary>
internal sealed class RestCatalog
{
    public RestCatalog(IEnumerable<FileDescriptor> files) => Methods =
        [.. files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(Offered).OfType<RestMethod>()];

    public IReadOnlyList<RestMethod> Methods { get; }

    /// <summary>The files that are compiled into OpsMesh.Contracts.</summary>
    public static RestCatalog OfContracts() => new(FilesOf(typeof(Policy).Assembly));

    public static IEnumerable<FileDescriptor> FilesOf(Assembly assembly) => assembly.GetExportedTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>()
        .OrderBy(file => file.Name, StringComparer.Ordinal);

    private static RestMethod? Offered(MethodDescriptor method)
    {
        if (method.GetOptions()?.GetExtension(OptionsExtensions.Http) is not { } http)
        {
            return null;
        }

        var policy = method.GetOptions().GetExtension(OptionsExtensions.Policy) ?? new Policy();
        var (verb, template) = http.RouteCase switch
        {
            Http.RouteOneofCase.Get => ("GET", http.Get),
            Http.RouteOneofCase.Post => ("POST", http.Post),
            Http.RouteOneofCase.Put => ("PUT", http.Put),
            Http.RouteOneofCase.Delete => ("DELETE", http.Delete),
            _ => throw new InvalidOperationException($"{method.FullName} has an http option without a route."),
        };
        var offered = new RestMethod(method, policy, verb, new RouteTemplate(template), http.Body, http.Stream);
        Check(offered);
        return offered;
    }

    /// <summary>A mistake in a proto is found at the start, not by the first caller.</summary>
    private static void Check(RestMethod method)
    {
        var unknown = method.Route.Variables.FirstOrDefault(name => FieldPath.Find(method.Request, name) is null);
        if (unknown is not null)
        {
            throw new InvalidOperationException($"{method.Descriptor.FullName}: the route names '{unknown}', which {method.Request.Name} does not have.");
        }

        if (method.Body is not ("" or "*") && method.Request.FindFieldByName(method.Body) is null)
        {
            throw new InvalidOperationException($"{method.Descriptor.FullName}: body names '{method.Body}', which {method.Request.Name} does not have.");
        }

        if (method.IsStream != method.Descriptor.IsServerStreaming || method.Descriptor.IsClientStreaming)
        {
            throw new InvalidOperationException($"{method.Descriptor.FullName}: stream is SSE for a server stream and nothing else for now.");
        }
    }
}
