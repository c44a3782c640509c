using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>An outbox event as a CloudEvent 1.0 in JSON.</summary>
internal static class CloudEventJson
{
    /// <param name="traceParent">Of the publishing span; subscribers continue it. Null when nothing is traced.</param>
    public static ReadOnlyMemory<byte> Write(OutboxEvent happened, string? traceParent)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", happened.Id);
        json.WriteString("type", happened.Type);
        json.WriteString("source", happened.Source);
        json.WriteString("time", happened.Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("datacontenttype", "application/json");
        WriteIfThere(json, "subject", happened.Subject);
        WriteIfThere(json, "partitionkey", happened.PartitionKey);
        if (happened.NodeSeq is { } nodeSeq)
        {
            json.WriteNumber("nodeseq", nodeSeq);
        }

        // daprd replaces a traceparent that comes without a traceid.
        WriteIfThere(json, "traceid", traceParent);
        WriteIfThere(json, "traceparent", traceParent);
        json.WritePropertyName("data");
        happened.Data.WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteIfThere(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
