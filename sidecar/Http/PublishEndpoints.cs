using System.Text;
using System.Text.Json;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Http;

/// <summary>The publish API over HTTP.</summary>
internal sealed class PublishEndpoints(SidecarTracing tracing)
{
    public async Task PublishAsync(HttpContext context, AppSidecar app, string pubSub, string topic)
    {
        var metadata = ApiPath.Metadata(context);
        var body = await RequestBody.ReadAsync(context, app.Plan.MaxBodyBytes)
            ?? throw new ApiException(
                "ERR_PUBSUB_PUBLISH_MESSAGE", 500, StatusCode.Internal, $"error when publishing to topic {topic} in pubsub {pubSub}: stream too large");
        var request = new PublishRequest(
            pubSub, topic, body, context.Request.ContentType ?? "", metadata, tracing.ParentOf(context), tracing.StateOf(context));
        await app.PubSub.PublishAsync(request, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task PublishBulkAsync(HttpContext context, AppSidecar app, string pubSub, string topic)
    {
        if (app.PubSub.Find(pubSub) is null)
        {
            throw PubSubErrors.NotFound(pubSub, app.Plan.AppId);
        }

        var shared = ApiPath.Metadata(context);
        using var body = await RequestBody.ReadJsonAsync(context, app.Plan.MaxBodyBytes);
        if (body.RootElement.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
        {
            throw Unreadable("the body is not a list");
        }

        var requests = body.RootElement.ValueKind == JsonValueKind.Null
            ? []
            : body.RootElement.EnumerateArray().Select(e => Read(e, shared, context, pubSub, topic)).ToArray();
        foreach (var request in requests)
        {
            await app.PubSub.PublishAsync(request, context.RequestAborted);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private PublishRequest Read(JsonElement entry, Dictionary<string, string> shared, HttpContext context, string pubSub, string topic)
    {
        var contentType = Text(entry, "contentType") ?? "";
        if (string.IsNullOrEmpty(Text(entry, "entryId")) || StateJson.Member(entry, "event") is not { } content || Data(content, contentType) is not { } data)
        {
            throw Unreadable("entryId is missing, or mismatch between contentType and event");
        }

        var metadata = new Dictionary<string, string>(shared, StringComparer.Ordinal);
        if (StateJson.Member(entry, "metadata") is { ValueKind: JsonValueKind.Object } own)
        {
            foreach (var member in own.EnumerateObject())
            {
                metadata[member.Name] = member.Value.ToString();
            }
        }

        return new PublishRequest(pubSub, topic, data, contentType, metadata, tracing.ParentOf(context), tracing.StateOf(context));
    }

    /// <returns>Null when the event does not fit its content type.</returns>
    private static byte[]? Data(JsonElement content, string contentType)
    {
        var mediaType = CloudEventEnvelope.MediaType(contentType);
        if (mediaType is "application/json" or CloudEventEnvelope.ContentType)
        {
            return Encoding.UTF8.GetBytes(content.GetRawText());
        }

        if (content.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        if (mediaType == "application/octet-stream")
        {
            return content.TryGetBytesFromBase64(out var bytes) ? bytes : null;
        }

        return mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType == "application/xml" ? Encoding.UTF8.GetBytes(content.GetString()!) : null;
    }

    private static string? Text(JsonElement entry, string name) =>
        StateJson.Member(entry, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static ApiException Unreadable(string problem) =>
        new("ERR_PUBSUB_EVENTS_SER", 400, StatusCode.InvalidArgument, $"error when unmarshaling the request for topic: {problem}");
}
