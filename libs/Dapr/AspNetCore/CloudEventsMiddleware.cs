using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>Unwraps an event before the endpoint sees it; other requests pass untouched.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    private const string Envelope = "application/cloudevents+json";
    private const string HeaderPrefix = "Cloudevent.";

    private static readonly HashSet<string> NeverHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "data", "data_base64", "datacontenttype", "pubsubname", "traceparent",
    };

    public Task InvokeAsync(HttpContext context) => IsEnvelope(context.Request) ? UnwrapAsync(context) : next(context);

    private async Task UnwrapAsync(HttpContext context)
    {
        var request = context.Request;
        using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: context.RequestAborted);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || CloudEventPayload.Read(document.RootElement, options.SuppressJsonDecodingOfTextPayloads) is not { } payload)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var (originalBody, originalContentType) = (request.Body, request.ContentType);
        using var body = new MemoryStream(payload.Body, writable: false);
        request.Body = body;
        request.ContentType = payload.ContentType;
        if (options.ForwardCloudEventPropertiesAsHeaders)
        {
            ForwardMembers(document.RootElement, request.Headers);
        }

        try
        {
            await next(context);
        }
        finally
        {
            request.Body = originalBody;
            request.ContentType = originalContentType;
        }
    }

    private void ForwardMembers(JsonElement envelope, IHeaderDictionary headers)
    {
        foreach (var member in envelope.EnumerateObject().Where(m => IsForwarded(m.Name)))
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : member.Value.GetRawText();
            headers.TryAdd(HeaderPrefix + member.Name.ToLowerInvariant(), text.Trim('"'));
        }
    }

    private bool IsForwarded(string name)
    {
        var included = options.IncludedCloudEventPropertiesAsHeaders;
        var excluded = options.ExcludedCloudEventPropertiesFromHeaders;
        return !NeverHeaders.Contains(name)
            && (included is null or [] || included.Contains(name, StringComparer.OrdinalIgnoreCase))
            && excluded?.Contains(name, StringComparer.OrdinalIgnoreCase) != true;
    }

    private static bool IsEnvelope(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(Envelope, StringComparison.OrdinalIgnoreCase);
}
