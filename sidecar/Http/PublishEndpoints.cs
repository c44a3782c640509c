using System.Text;
using System.Text.Json;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Json;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Http;

/// <summary>The publish API over HTTP.</summary>
internal sealed class PublishEndpoints(SidecarTracing tracing)
{
    private const string NoFit = "error: mismatch between contentType and event";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task PublishAsync(HttpContext context, AppSidecar app, string pubSub, string topic)
    {
        app.PubSub.Check(pubSub, topic);
        var metadata = ApiPath.Metadata(context);
        var body = await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes)
            ?? throw PubSubErrors.NotPublished(pubSub, topic, "stream too large");
        var request = new PublishRequest(
            pubSub, topic, body, context.Request.ContentType ?? "", metadata, tracing.ParentOf(context), tracing.StateOf(context));
        await app.PubSub.PublishAsync(request, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task PublishBulkAsync(HttpContext context, AppSidecar app, string pubSub, string topic)
    {
        app.PubSub.Check(pubSub, topic);
        var bulk = new BulkPublish(
            pubSub, topic, await ReadAsync(context, app, pubSub, topic), ApiPath.Metadata(context), tracing.ParentOf(context), tracing.StateOf(context));
        var failed = await app.PubSub.PublishAsync(bulk, context.RequestAborted);
        if (failed.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var answer = JsonSerializer.Serialize(new
        {
            failedEntries = failed.Select(f => new { entryId = f.Id, error = f.Problem }),
            errorCode = "ERR_PUBSUB_PUBLISH_MESSAGE",
        }, Relaxed);
        var error = PubSubErrors.NotPublished(pubSub, topic, failed[0].Problem);
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.Headers["metadata.responseData"] = answer;
        context.Response.Headers["metadata.error"] = $"api error: code = {error.GrpcCode} desc = {error.Message}";
        await Answers.WriteJsonAsync(context, Encoding.UTF8.GetBytes(answer));
    }

    private static async Task<IReadOnlyList<BulkEntry>> ReadAsync(HttpContext context, AppSidecar app, string pubSub, string topic)
    {
        var body = await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes) ?? throw Unreadable("stream too large");
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Null => [],
                JsonValueKind.Array => [.. document.RootElement.EnumerateArray().Select(Read)],
                _ => throw Unreadable($"json: cannot unmarshal {GoKind(document.RootElement)} into Go value of type []http.bulkPublishMessageEntry"),
            };
        }
        catch (JsonException e)
        {
            throw Unreadable(GoParser.Explain(body.Span, e));
        }

        ApiException Unreadable(string problem) => PubSubErrors.Unreadable(pubSub, topic, app.Plan.AppId, problem);

        ApiException Mismatch(string problem) => PubSubErrors.Mismatch(pubSub, topic, app.Plan.AppId, problem);

        BulkEntry Read(JsonElement entry)
        {
            if (entry.ValueKind == JsonValueKind.Null)
            {
                throw Mismatch(NoFit);
            }

            if (entry.ValueKind != JsonValueKind.Object)
            {
                throw Unreadable($"json: cannot unmarshal {GoKind(entry)} into Go value of type http.bulkPublishMessageEntry");
            }

            if (StateJson.Member(entry, "entryId") is { ValueKind: not (JsonValueKind.String or JsonValueKind.Null) } id)
            {
                throw Unreadable($"json: cannot unmarshal {GoKind(id)} into Go struct field bulkPublishMessageEntry.entryId of type string");
            }

            var entryId = Text(entry, "entryId") ?? "";
            var contentType = Text(entry, "contentType") ?? "";
            var data = Data(StateJson.Member(entry, "event"), contentType) ?? throw Mismatch(Problem(StateJson.Member(entry, "event"), contentType));
            return new BulkEntry(entryId, data, contentType, MetadataOf(entry));
        }
    }

    private static string Problem(JsonElement? content, string contentType) =>
        content is { ValueKind: JsonValueKind.String } text && CloudEventEnvelope.MediaType(contentType) == "application/octet-stream"
            ? $"error: unable to decode base64 application/octect-stream data: illegal base64 data at input byte {BadBase64At(text.GetString()!)}"
            : NoFit;

    private static int BadBase64At(string text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '+' or '/'))
        {
            length++;
        }

        // Go looks at groups of four, and counts from where the last whole one ended.
        return length == text.Length ? length / 4 * 4 : length;
    }

    private static Dictionary<string, string>? MetadataOf(JsonElement entry) => StateJson.Member(entry, "metadata") is { ValueKind: JsonValueKind.Object } own
        ? own.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ToString(), StringComparer.Ordinal)
        : null;

    /// <param name="content">Null: the entry has no such member, which is JSON's null.</param>
    /// <returns>Null when the event does not fit its content type.</returns>
    private static byte[]? Data(JsonElement? content, string contentType)
    {
        var mediaType = CloudEventEnvelope.MediaType(contentType);
        if (mediaType is "application/json" or CloudEventEnvelope.ContentType)
        {
            // It was parsed already, so its numbers went through a double.
            return content is { } json ? GoJson.Rewrite(json) : "null"u8.ToArray();
        }

        if (content is not { ValueKind: JsonValueKind.String } text)
        {
            return null;
        }

        if (mediaType == "application/octet-stream")
        {
            return text.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }

        return mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType == "application/xml" ? Encoding.UTF8.GetBytes(text.GetString()!) : null;
    }

    private static string? Text(JsonElement entry, string name) =>
        StateJson.Member(entry, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string GoKind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Array => "array",
        _ => "object",
    };
}
