namespace OpsMesh.Yaml;

/// <summary>What was wrong with a document, for callers that answer with a typed reason.</summary>
public enum YamlProblem
{
    /// <summary>Too many bytes or too many nodes.</summary>
    Size,

    /// <summary>Nested too deeply.</summary>
    Depth,

    /// <summary>Not YAML, or not the number of documents that was asked for.</summary>
    Syntax,

    /// <summary>An anchor, an alias, a tag or a merge key.</summary>
    Alias,

    /// <summary>A key that is unknown, missing or there twice.</summary>
    Key,

    /// <summary>A value of another type than asked for, or out of its range.</summary>
    Value,
}
