using System.Text.Json;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>The answer to a bulk get. As in daprd, one stored value that is no JSON empties the whole answer.</summary>
internal static class BulkStateJson
{
    public static byte[] Write(IReadOnlyList<(string Key, StateRead Read)> found)
    {
        using var buffer = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartArray();
            foreach (var (key, read) in found)
            {
                WriteItem(json, key, read);
            }

            json.WriteEndArray();
        }
        catch (JsonException)
        {
            return [];
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteItem(Utf8JsonWriter json, string key, StateRead read)
    {
        var state = read.State;
        json.WriteStartObject();
        json.WriteString("key", key);
        if (state is not null)
        {
            if (!state.Value.IsEmpty)
            {
                json.WritePropertyName("data");
                using var document = JsonDocument.Parse(state.Value);
                document.RootElement.WriteTo(json);
            }

            if (state.ETag.Length > 0)
            {
                json.WriteString("etag", state.ETag);
            }

            WriteMetadata(json, state);
        }

        if (read.Error is not null)
        {
            json.WriteString("error", read.Error);
        }

        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, StoredState state)
    {
        if (state.ExpiresAt is null)
        {
            return;
        }

        json.WriteStartObject("metadata");
        foreach (var (name, value) in StateMetadata.Of(state))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }
}
