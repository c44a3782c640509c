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
            var big = Big(request["bodyHead"]?.GetValue<string>() ?? Head(request["path"]!.GetValue<string>()), size);
            return big.Length == size ? big : throw new NotSupportedException($"The body would have {big.Length} bytes, not {size}.");
        }

        return (request["bodyText"]?.GetValue<string>() ?? request["body"]?.ToJsonString()) is { } text ? Encoding.UTF8.GetBytes(text) : null;
    }

    /// <summary>A message of which the recording kept <c>__size</c> and <c>__head</c>, both of its JSON.</summary>
    public static string Message(JsonObject message)
    {
        if (message["states"] is JsonArray { Count: > 0 } states && states[0]!["value"]?.GetValue<string>() is { } value && value.StartsWith('<'))
        {
            // "<5 MiB>" and "<about 4 MiB>": the second makes a message of exactly 4 MiB.
            var whole = message.DeepClone();
            whole["states"]![0]!["value"] = Convert.ToBase64String(Utf8(new string('a', value == "<5 MiB>" ? 5 << 20 : 4_194_287)));
            return whole.ToJsonString();
        }

        if (message["__size"]?.GetValue<int>() is not { } size)
        {
            return message.ToJsonString();
        }

        var head = message["__head"]!.GetValue<string>();
        if (head.StartsWith("SaveState of one value", StringComparison.Ordinal))
        {
            // Its size is that of the value in base64; the recorder sent whole hundreds of bytes.
            var bytes = size / 4 * 3 / 100 * 100;
            return $$"""{"storeName":"st","states":[{"key":"a","value":"{{Convert.ToBase64String(Utf8(new string('x', bytes)))}}"}]}""";
        }

        // "eHh4" is xxx in base64; the last group of the value may be padded.
        var start = head[..head.IndexOf("eHh4", StringComparison.Ordinal)];
        const string End = "\"}]}";
        var encoded = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', (size - start.Length - End.Length) / 4 * 3)));
        return start + encoded + End;
    }

    private static byte[] Big(string head, int size) => head switch
    {
        "{\"keys\":[\"x" => Filled(head, "\"]}", size),
        "{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":\"a\",\"value\":\"x" => Filled(head, "\"}}]}", size),
        _ when head.StartsWith("{\"operations\"", StringComparison.Ordinal) =>
            Utf8($$"""{"operations":[{{string.Join(',', Enumerable.Range(0, 200).Select(i => $$$"""{"operation":"upsert","request":{"key":"xz{{{i}}}","value":{{{i}}}}}"""))}}]}"""),
        _ when head.StartsWith("[{\"key\":\"ll0\"", StringComparison.Ordinal) =>
            Utf8($"[{string.Join(',', Enumerable.Range(0, 500).Select(i => $$$"""{"key":"ll{{{i}}}","value":{{{i}}}}"""))}]"),
        _ when head.StartsWith("[{\"key\":", StringComparison.Ordinal) => Filled(head, "\"}]", size),
        _ => Filled(head, "", size),
    };

    /// <summary>Where the recorder kept no beginning: the least that the route takes.</summary>
    private static string Head(string path) => path.Split('/')[^1] switch
    {
        "bulk" => "{\"keys\":[\"x",
        "transaction" => "{\"operations\":[{\"operation\":\"upsert\",\"request\":{\"key\":\"a\",\"value\":\"x",
        _ => "[{\"key\":\"a\",\"value\":\"x",
    };

    private static byte[] Filled(string head, string end, int size) => size >= head.Length + end.Length
        ? Utf8(string.Concat(head, new string(head[^1], size - head.Length - end.Length), end))
        : throw new NotSupportedException($"A body of {size} bytes cannot begin with {head}.");

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
