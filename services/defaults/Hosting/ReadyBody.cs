using System.Text;
using System.Text.Json;

namespace OpsMesh.Hosting;

/// <summary><c>{"status":"ready","degraded":[{"name":"sidecar","reason":"..."}]}</c></summary>
internal static class ReadyBody
{
    public static string Render(Readiness readiness, Dependencies dependencies)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", readiness.State);
            json.WriteStartArray("degraded");
            foreach (var (name, reason) in dependencies.Degraded)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("reason", reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }
}
