using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OpsMesh.Yaml;

/// <summary>Turns parser events into nodes and counts as it goes. Recursion is safe because depth is checked before each step down.</summary>
internal sealed class YamlTreeBuilder(Parser parser, string file, YamlLimits limits)
{
    private int _nodes;
    private int _depth;

    /// <summary>Reads the value that begins at the current event, and stops at its last event.</summary>
    public YamlNode Read(YamlNode? parent = null, string? key = null, int index = 0)
    {
        var at = parser.Current ?? throw Fail(YamlProblem.Syntax, Mark.Empty, key, "ends too early");
        if (++_nodes > limits.MaxNodes)
        {
            throw Fail(YamlProblem.Size, at.Start, key, $"holds more than {limits.MaxNodes} values");
        }

        if (at is AnchorAlias)
        {
            throw Fail(YamlProblem.Alias, at.Start, key, "anchors and aliases are not allowed");
        }

        if (at is not NodeEvent node)
        {
            throw Fail(YamlProblem.Syntax, at.Start, key, "is not a value");
        }

        RefuseReferences(node, key);
        var place = new YamlPlace(file, (int)at.Start.Line, (int)at.Start.Column, parent, key, index);
        return node switch
        {
            Scalar scalar => new YamlScalar(place, scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)),
            SequenceStart => ReadList(new YamlList(place)),
            MappingStart => ReadMap(new YamlMap(place)),
            _ => throw Fail(YamlProblem.Syntax, at.Start, key, "is not a value"),
        };
    }

    private YamlList ReadList(YamlList list)
    {
        Enter(list);
        while (Next() is not SequenceEnd)
        {
            list.Add(Read(list, index: list.Count));
        }

        _depth--;
        return list;
    }

    private YamlMap ReadMap(YamlMap map)
    {
        Enter(map);
        while (Next() is not MappingEnd)
        {
            var at = parser.Current!;
            if (at is not Scalar name)
            {
                throw Fail(at is AnchorAlias ? YamlProblem.Alias : YamlProblem.Key, at.Start, null, "a key must be text");
            }

            RefuseReferences(name, name.Value);
            if (name is { Value: "<<", Style: ScalarStyle.Plain })
            {
                throw Fail(YamlProblem.Alias, name.Start, "<<", "merge keys are not allowed");
            }

            Next();
            var value = Read(map, name.Value);
            if (!map.TryAdd(new YamlEntry(name.Value, (int)name.Start.Line, (int)name.Start.Column, value)))
            {
                throw Fail(YamlProblem.Key, name.Start, value.Path, "is there twice");
            }
        }

        _depth--;
        return map;
    }

    private ParsingEvent Next()
    {
        parser.MoveNext();
        return parser.Current ?? throw Fail(YamlProblem.Syntax, Mark.Empty, null, "ends too early");
    }

    private void Enter(YamlNode node)
    {
        if (++_depth > limits.MaxDepth)
        {
            throw new YamlException(YamlProblem.Depth, file, node.Line, node.Column, "", $"is nested deeper than {limits.MaxDepth}");
        }
    }

    private void RefuseReferences(NodeEvent node, string? key)
    {
        if (!node.Anchor.IsEmpty)
        {
            throw Fail(YamlProblem.Alias, node.Start, key, "anchors and aliases are not allowed");
        }

        if (!node.Tag.IsEmpty)
        {
            throw Fail(YamlProblem.Alias, node.Start, key, "tags are not allowed");
        }
    }

    private YamlException Fail(YamlProblem problem, Mark at, string? key, string detail) =>
        new(problem, file, (int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column), YamlText.Short(key ?? ""), detail);
}
