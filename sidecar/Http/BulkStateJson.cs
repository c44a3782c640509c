using System.Text.Json;
using OpsMesh.Sidecar.State;

namespace OpsMesh.Sidecar.Http;

/// <summary>The answer to a bulk get. As in daprd, one stored value that is no JSON empties the whole answer.</summary>
internal static class BulkStateJson
{
    public static byte[] Write(IReadOnlyList<(string Key, StoredState? State)> found)
    {
        using var buffer = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartArray();
            foreach (var (key, state) in found)
            {
                WriteItem(json, key, state);
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

    private static void WriteItem(Utf8JsonWriter json, string key, StoredState? state)
    {
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

            json.WriteString("etag", state.ETag);
            WriteMetadata(json, state);
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
