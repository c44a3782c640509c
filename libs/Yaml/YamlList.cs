using System.Collections;

namespace OpsMesh.Yaml;

/// <summary>Values in the order of the file.</summary>
public sealed class YamlList : YamlNode, IReadOnlyList<YamlNode>
{
    private readonly List<YamlNode> _items = [];

    internal YamlList(YamlPlace place)
        : base(place)
    {
    }

    public int Count => _items.Count;

    private protected override string Kind => "a list";

    public YamlNode this[int index] => _items[index];

    public IEnumerator<YamlNode> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(YamlNode item) => _items.Add(item);
}
