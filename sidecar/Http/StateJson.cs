using System.Text.Json;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>Reads the items of state requests. Member names match in any letter case, unknown ones are ignored.</summary>
internal static class StateJson
{
    private static readonly byte[] Null = "null"u8.ToArray();

    /// <param name="query">Metadata of the query string; they win over the item's own.</param>
    /// <param name="notText">Words the refusal of a member that must be a text: its value and its name.</param>
    public static StateItem ReadItem(
        JsonElement element, IReadOnlyDictionary<string, string> query, Func<string, ApiException> badOption, Func<JsonElement, string, ApiException>? notText = null)
    {
        notText ??= NotText;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw StateErrors.Malformed($"json: cannot unmarshal {GoKind(element)} into Go value of type state.SetRequest");
        }

        var value = Member(element, "value");
        return new StateItem(Text(element, "key", notText) ?? "")
        {
            Value = value is { } json ? GoJson.Rewrite(json) : Null,
            IsText = true,
            ETag = Text(element, "etag", notText),
            IsFirstWrite = ReadOptions(Member(element, "options"), badOption, notText),
            IsLastWrite = Member(element, "options") is { ValueKind: JsonValueKind.Object } options && Text(options, "concurrency", notText) == "last-write",
            Metadata = ReadMetadata(Member(element, "metadata"), query, notText),
        };
    }

    public static bool IsFirstWrite(string? concurrency, Func<string, ApiException> badOption) => concurrency switch
    {
        null or "" or "last-write" => false,
        "first-write" => true,
        _ => throw badOption($"unrecognized concurrency model '{concurrency}'"),
    };

    public static void CheckConsistency(string? consistency, Func<string, ApiException> badOption)
    {
        if (consistency is not (null or "" or "eventual" or "strong"))
        {
            throw badOption($"unrecognized consistency model '{consistency}'");
        }
    }

    /// <returns>The last member of that name in any letter case; null when there is none, or it is null.</returns>
    public static JsonElement? Member(JsonElement element, string name)
    {
        JsonElement? last = null;
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null)
            {
                last = member.Value;
            }
        }

        return last;
    }

    /// <summary>The kind of a value as Go's decoder calls it.</summary>
    public static string GoKind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "bool",
    };

    private static bool ReadOptions(JsonElement? options, Func<string, ApiException> badOption, Func<JsonElement, string, ApiException> notText)
    {
        if (options is not { ValueKind: JsonValueKind.Object } map)
        {
            return false;
        }

        var isFirstWrite = IsFirstWrite(Text(map, "concurrency", notText), badOption);
        CheckConsistency(Text(map, "consistency", notText), badOption);
        return isFirstWrite;
    }

    private static Dictionary<string, string> ReadMetadata(
        JsonElement? metadata, IReadOnlyDictionary<string, string> query, Func<JsonElement, string, ApiException> notText)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        if (metadata is { ValueKind: JsonValueKind.Object } map)
        {
            foreach (var member in map.EnumerateObject())
            {
                all[member.Name] = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw notText(member.Value, $"metadata[{member.Name}]");
            }
        }

        foreach (var (name, value) in query)
        {
            all[name] = value;
        }

        return all;
    }

    private static string? Text(JsonElement element, string name, Func<JsonElement, string, ApiException> notText) => Member(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw notText(other, name),
    };

    private static ApiException NotText(JsonElement value, string field) =>
        StateErrors.Malformed($"json: cannot unmarshal {GoKind(value)} into Go struct field SetRequest.{field.Split('[')[0]} of type string");
}
