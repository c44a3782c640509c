using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

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

    /// <summary>Bytes that are no UTF-8 become escapes of the replacement character, as Go writes them.</summary>
    public void SetText(string name, ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            SetString(name, Encoding.UTF8.GetString(utf8));
            return;
        }

        // A mark that the text cannot hold is replaced afterwards: an escape would itself be escaped.
        var mark = Guid.NewGuid().ToString("N");
        var text = new StringBuilder();
        while (!utf8.IsEmpty)
        {
            text.Append(Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done ? rune.ToString() : mark);
            utf8 = utf8[length..];
        }

        SetString(name, text.ToString());
        _members[name] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_members[name]).Replace(mark, @"\ufffd", StringComparison.Ordinal));
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
