namespace OpsMesh.Yaml;

/// <summary>A document that cannot be used. The message names file, line, column and key, in the form editors jump to.</summary>
public sealed class YamlException(YamlProblem problem, string file, int line, int column, string key, string detail, Exception? inner = null)
    : Exception($"{file}:{line}:{column}: {(key.Length == 0 ? "" : key + ": ")}{detail}", inner)
{
    public YamlProblem Problem { get; } = problem;

    public string File { get; } = file;

    /// <summary>1-based.</summary>
    public int Line { get; } = line;

    /// <summary>1-based.</summary>
    public int Column { get; } = column;

    /// <summary>Path of the value, such as <c>agents[0].command</c>; empty for the document itself.</summary>
    public string Key { get; } = key;

    /// <summary>The message without the place.</summary>
    public string Detail { get; } = detail;
}
