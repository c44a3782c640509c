using System.Buffers;
using System.Text.Json;

namespace OpsMesh.Sidecar.Json;

/// <summary>The members of a JSON object, in the order of their names; their values already written.</summary>
internal sealed class JsonMembers
{
    private readonly SortedDictionary<string, byte[]> _members = new(StringComparer.Ordinal);

    public static JsonMembers From(JsonElement element)
    {
        var members = new JsonMembers();
        foreach (var member in element.EnumerateObject())
        {
            members.Set(member.Name, GoJson.Rewrite(member.Value, keepNumberText: true));
        }

        return members;
    }

    public bool Has(string name) => _members.ContainsKey(name);

    public void Set(string name, byte[] json) => _members[name] = json;

    public void SetString(string name, string value)
    {
        var buffer = new ArrayBufferWriter<byte>(value.Length + 2);
        GoJson.WriteString(buffer, value);
        _members[name] = buffer.WrittenSpan.ToArray();
    }

    public void SetStringIfNull(string name, string value)
    {
        if (!_members.TryGetValue(name, out var json) || json.AsSpan().SequenceEqual("null"u8))
        {
            SetString(name, value);
        }
    }

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        var separator = "{"u8;
        foreach (var (name, json) in _members)
        {
            buffer.Write(separator);
            separator = ","u8;
            GoJson.WriteString(buffer, name);
            buffer.Write(":"u8);
            buffer.Write(json);
        }

        buffer.Write(_members.Count == 0 ? "{}"u8 : "}"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
