using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OpsMesh.Access;

/// <summary>A place in a request that names a node: <c>node_id</c>, <c>hello.node_id</c>, <c>states.node_id</c> (each item, each map value).</summary>
internal sealed class NodeField
{
    private readonly FieldDescriptor[] _steps;

    private NodeField(string path, FieldDescriptor[] steps) => (Path, _steps) = (path, steps);

    public string Path { get; }

    /// <exception cref="FormatException">There is no such field, or it is no string.</exception>
    public static NodeField Parse(MessageDescriptor message, string path)
    {
        var steps = new List<FieldDescriptor>();
        var at = message;
        foreach (var name in path.Split('.'))
        {
            var field = at?.FindFieldByName(name) ?? throw new FormatException($"'{path}' is no field of {message.FullName}");
            steps.Add(field);
            at = Next(field);
        }

        return steps[^1].FieldType == FieldType.String && !steps[^1].IsMap
            ? new NodeField(path, [.. steps])
            : throw new FormatException($"'{path}' of {message.FullName} is not of type string");
    }

    /// <summary>Every path in a message that ends in a field called node_id. A type inside itself is entered once.</summary>
    public static IEnumerable<string> FindAll(MessageDescriptor message) => FindAll(message, "", []);

    public IEnumerable<string> Values(IMessage message) => Values(message, 0);

    private IEnumerable<string> Values(IMessage message, int step)
    {
        var value = _steps[step].Accessor.GetValue(message);
        IEnumerable items = value switch
        {
            null => Array.Empty<object>(),
            string or IMessage => new[] { value },
            IDictionary map => map.Values,
            IEnumerable list => list,
            _ => throw new InvalidOperationException($"'{Path}' leads through a {value.GetType().Name}."),
        };
        return step == _steps.Length - 1 ? items.OfType<string>() : items.OfType<IMessage>().SelectMany(item => Values(item, step + 1));
    }

    private static IEnumerable<string> FindAll(MessageDescriptor message, string prefix, HashSet<MessageDescriptor> above)
    {
        if (!above.Add(message))
        {
            yield break;
        }

        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (field.Name == "node_id" && field.FieldType == FieldType.String)
            {
                yield return prefix + field.Name;
            }
            else if (Next(field) is { } inner)
            {
                foreach (var path in FindAll(inner, $"{prefix}{field.Name}.", above))
                {
                    yield return path;
                }
            }
        }

        above.Remove(message);
    }

    private static MessageDescriptor? Next(FieldDescriptor field)
    {
        if (field.FieldType != FieldType.Message)
        {
            return null;
        }

        if (!field.IsMap)
        {
            return field.MessageType;
        }

        var value = field.MessageType.FindFieldByName("value");
        return value.FieldType == FieldType.Message ? value.MessageType : null;
    }
}
