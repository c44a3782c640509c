using System.Text.RegularExpressions;

namespace OpsMesh.Console.Transcoding;

/// <summary>A path below /api/v1 as the options write it: <c>/nodes/{node_id}/agents/{agent_id}:{operation}</c>.</summary>
internal sealed partial record RouteTemplate
{
    public const string Root = "/api/v1";

    private readonly Regex _alsoEmpty;

    public RouteTemplate(string text)
    {
        Text = text.StartsWith('/') ? text : throw new InvalidOperationException($"The route '{text}' does not begin with a slash.");
        Variables = [.. Variable().Matches(text).Select(match => match.Groups[1].Value)];
        var pattern = string.Join("([^/:]*)", Variable().Replace(FullPath, "\n").Split('\n').Select(Regex.Escape));
        _alsoEmpty = new Regex($@"\A{pattern}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    public string Text { get; }

    /// <summary>Request fields that the path fills, in order.</summary>
    public IReadOnlyList<string> Variables { get; }

    /// <summary>Whole path; braces are understood by ASP.NET's routing and by OpenAPI alike.</summary>
    public string FullPath => Root + Text;

    /// <returns>The first variable that is empty in a path which is otherwise of this form; null when the path has another form or fills all.</returns>
    public string? EmptyVariableOf(string path)
    {
        var groups = _alsoEmpty.Match(path).Groups;
        return Variables.Where((_, index) => groups[index + 1] is { Success: true, Length: 0 }).FirstOrDefault();
    }

    [GeneratedRegex(@"\{([a-z0-9_.]+)\}")]
    private static partial Regex Variable();
}
