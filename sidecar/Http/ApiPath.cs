using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Sidecar.Http;

/// <summary>The path of a request as daprd reads it: route names literally, parameters decoded once, duplicate and trailing slashes ignored.</summary>
internal static class ApiPath
{
    /// <summary>Path and query as they came.</summary>
    public static string Target(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? context.Request.Path.ToUriComponent();

    /// <returns>The segments, still encoded; null when an escape in them is none.</returns>
    public static string[]? Segments(HttpContext context)
    {
        var path = Target(context).Split('?')[0];
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return null;
            }
        }

        List<string> segments = [];
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        return [.. segments];
    }

    public static string Decode(string segment) => Uri.UnescapeDataString(segment);

    /// <summary>A parameter that may hold slashes: everything that is left.</summary>
    public static string DecodeRest(ReadOnlySpan<string> segments) => Uri.UnescapeDataString(string.Join('/', segments!));

    /// <summary>Query parameters <c>metadata.name=value</c>.</summary>
    public static Dictionary<string, string> Metadata(HttpContext context)
    {
        const string Prefix = "metadata.";
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in context.Request.Query)
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                metadata[name[Prefix.Length..]] = values.ToString();
            }
        }

        return metadata;
    }
}
