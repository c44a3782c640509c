using System.Text.RegularExpressions;

namespace OpsMesh.Console.Transcoding;

/// <summary>A path below /api/v1 as the options write it: <c>/nodes/{node_id}/agents/{agent_id}:{operation}</c>.</summary>
internal sealed partial record RouteTemplate
{
    public const string Root = "/api/v1";

    public RouteTemplate(string text)
    {
        Text = text.StartsWith('/') ? text : throw new InvalidOperationException($"The route '{text}' does not begin with a slash.");
        Variables = [.. Variable().Matches(text).Select(match => match.Groups[1].Value)];
    }

    public string Text { get; }

    /// <summary>Request fields that the path fills, in order.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>Whole path; braces are understood by ASP.NET's routing and by OpenAPI alike.</summary>
    public string FullPath => Root + Text;

    [GeneratedRegex(@"\{([a-z0-9_.]+)\}")]
    private static partial Regex Variable();
}
