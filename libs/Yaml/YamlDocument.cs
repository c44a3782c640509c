using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpsMesh.Yaml;

/// <summary>Reads text into trees of <see cref="YamlNode"/>.</summary>
public static class YamlDocument
{
    /// <summary>The one document of a file. Empty text and more than one document are errors.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="limits">Null means <see cref="YamlLimits.Default"/>.</param>
    public static YamlNode Parse(string text, string file, YamlLimits? limits = null)
    {
        var all = ParseAll(text, file, limits);
        return all.Count == 1 ? all[0] : throw new YamlException(YamlProblem.Syntax, file, 1, 1, "", $"must hold one document, not {all.Count}");
    }

    /// <summary>Every document of a file that is not empty, in order.</summary>
    public static IReadOnlyList<YamlNode> ParseAll(string text, string file, YamlLimits? limits = null)
    {
        limits ??= YamlLimits.Default;
        if (text.Length > limits.MaxLength)
        {
            throw new YamlException(YamlProblem.Size, file, 1, 1, "", $"is longer than {limits.MaxLength} characters");
        }

        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            return ReadAll(parser, new YamlTreeBuilder(parser, file, limits));
        }
        catch (YamlDotNet.Core.YamlException bad)
        {
            throw new YamlException(YamlProblem.Syntax, file, (int)bad.Start.Line, (int)bad.Start.Column, "", Sentence(bad), bad);
        }
        catch (Exception bad) when (bad is ArgumentException or InvalidOperationException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The scanner has corners where it trips over its own checks; for a reader that is bad syntax like any other.
            var here = parser.Current?.End ?? Mark.Empty;
            throw new YamlException(YamlProblem.Syntax, file, (int)Math.Max(1, here.Line), (int)Math.Max(1, here.Column), "", "is not YAML", bad);
        }
    }

    private static List<YamlNode> ReadAll(Parser parser, YamlTreeBuilder builder)
    {
        var documents = new List<YamlNode>();
        while (parser.MoveNext())
        {
            if (parser.Current is DocumentStart)
            {
                parser.MoveNext();
                var root = builder.Read();
                if (!root.IsNull)
                {
                    documents.Add(root);
                }
            }
        }

        return documents;
    }

    private static string Sentence(YamlDotNet.Core.YamlException bad) => YamlText.Short(bad.Message);
}
