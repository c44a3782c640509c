using System.Net.Http.Headers;
using System.Text.Json;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Configurations;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Http;

/// <summary>The configuration API over HTTP. Changes are posted to the application.</summary>
internal static class ConfigurationEndpoints
{
    public static async Task GetAsync(HttpContext context, AppSidecar app, string store)
    {
        var found = await app.Configurations.GetAsync(store, Keys(context));
        if (found.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            WriteItems(json, found.OrderBy(f => f.Key, StringComparer.Ordinal));
        }

        buffer.WriteByte((byte)'\n');
        await Answers.WriteJsonAsync(context, buffer.ToArray());
    }

    public static async Task SubscribeAsync(HttpContext context, AppSidecar app, string store)
    {
        app.Configurations.Find(store);
        if (app.Channel is not { } channel)
        {
            throw new ApiException("ERR_APP_CHANNEL_NIL", 500, StatusCode.Internal, "app channel is not initialized. cannot subscribe to configuration updates");
        }

        var id = await app.Configurations.SubscribeAsync(store, Keys(context), (id, key, value) => PostAsync(app, channel, store, id, key, value));
        await Answers.WriteJsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["id"] = id }));
    }

    public static async Task UnsubscribeAsync(HttpContext context, AppSidecar app, string store, string id)
    {
        app.Configurations.Find(store);
        if (await app.Configurations.UnsubscribeAsync(id))
        {
            await Answers.WriteJsonAsync(context, "{\"ok\":true}"u8.ToArray());
            return;
        }

        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        var message = $"failed to unsubscribe to configuration request {id}: subscription with id {id} does not exist";
        await Answers.WriteJsonAsync(context, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["message"] = message }));
    }

    private static string[] Keys(HttpContext context) => [.. context.Request.Query["key"].Select(k => k ?? "")];

    private static void WriteItems(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, ConfigurationValue>> items)
    {
        json.WriteStartObject();
        foreach (var (key, value) in items)
        {
            json.WriteStartObject(key);
            if (value.Value is { Length: > 0 } text)
            {
                json.WriteString("value", text);
            }

            if (value.Version is { Length: > 0 } version)
            {
                json.WriteString("version", version);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Once: what the application answers is not looked at.</summary>
    private static async Task PostAsync(AppSidecar app, AppChannel channel, string store, string id, string key, ConfigurationValue value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WritePropertyName("items");
            WriteItems(json, [KeyValuePair.Create(key, value)]);
            json.WriteEndObject();
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.BaseAddress, $"configuration/{Uri.EscapeDataString(store)}/{Uri.EscapeDataString(key)}"))
        {
            Content = new ByteArrayContent(buffer.ToArray()),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (app.Plan.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        try
        {
            using var answer = await channel.Invoker.SendAsync(request, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // The application is not there; the next change is posted again.
        }
    }
}
