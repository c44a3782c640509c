using System.Text;
using System.Text.Json.Nodes;

namespace OpsMesh.Sidecar.Tests.Conformance;

/// <summary>The body of a recorded request. Big ones were kept as their size and beginning; how they go on is plain from that.</summary>
internal static class RecordedBody
{
    /// <returns>Null when the request has none.</returns>
    public static byte[]? Of(JsonObject request)
    {
        if (request["bodyBase64"]?.GetValue<string>() is { } base64)
        {
            return Convert.FromBase64String(base64);
        }

        if (request["chunks"] is JsonArray chunks)
        {
            return [.. Enumerable.Repeat((byte)'a', chunks.Sum(c => c!["size"]!.GetValue<int>()))];
        }

        if (request["bodySize"]?.GetValue<int>() is { } size)
        {
            var big = Big(request["bodyHead"]?.GetValue<string>(), size);
            return big.Length == size ? big : throw new NotSupportedException($"The body would have {big.Length} bytes, not {size}.");
        }

        return (request["bodyText"]?.GetValue<string>() ?? request["body"]?.ToJsonString()) is { } text ? Encoding.UTF8.GetBytes(text) : null;
    }

    /// <summary>A message of which the recording kept <c>__size</c> and <c>__head</c>, both of its JSON.</summary>
    public static string Message(JsonObject message)
    {
        if (message["__size"]?.GetValue<int>() is not { } size)
        {
            return message.ToJsonString();
        }

        // "eHh4" is xxx in base64; the last group of the value may be padded.
        var head = message["__head"]!.GetValue<string>();
        var start = head[..head.IndexOf("eHh4", StringComparison.Ordinal)];
        const string End = "\"}]}";
        var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', (size - start.Length - End.Length) / 4 * 3)));
        return start + encoded + End;
    }

    private static byte[] Big(string? head, int size) => head switch
    {
        _ when head?.StartsWith("{\"operations\"", StringComparison.Ordinal) == true =>
            Utf8($$"""{"operations":[{{string.Join(',', Enumerable.Range(0, 200).Select(i => $$$"""{"operation":"upsert","request":{"key":"xz{{{i}}}","value":{{{i}}}}}"""))}}]}"""),
        _ when head?.StartsWith("[{\"key\":\"ll0\"", StringComparison.Ordinal) == true =>
            Utf8($"[{string.Join(',', Enumerable.Range(0, 500).Select(i => $$$"""{"key":"ll{{{i}}}","value":{{{i}}}}"""))}]"),
        _ when head?.StartsWith("[{\"key\":", StringComparison.Ordinal) == true => Filled(head, "\"}]", size),
        null => Filled("[{\"key\":\"k\",\"value\":\"x", "\"}]", size),
        _ => Filled(head, "", size),
    };

    private static byte[] Filled(string head, string end, int size) => Utf8(string.Concat(head, new string(head[^1], size - head.Length - end.Length), end));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
