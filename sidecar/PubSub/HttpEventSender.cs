using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Posts the envelope to the route of an application that speaks HTTP.</summary>
internal sealed class HttpEventSender(AppPlan app, AppChannel channel) : IEventSender
{
    public async Task<DeliveryResult> SendAsync(
        ReceivedEvent received, AppSubscription subscription, string path, string? traceParent, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(channel.BaseAddress, path.TrimStart('/')))
        {
            Content = new ReadOnlyMemoryContent(received.Body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(CloudEventEnvelope.ContentType);
        // An empty trace state is none.
        foreach (var (name, value) in received.Message.Metadata.Where(m => m.Key != "tracestate" || m.Value.Length > 0))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.TryAddWithoutValidation("pubsubName", subscription.PubSub);
        if (traceParent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        if (app.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        try
        {
            using var response = await channel.SendEventAsync(request, cancellationToken);
            return response.IsSuccessStatusCode
                ? OutcomeOf(await response.Content.ReadAsByteArrayAsync(cancellationToken))
                : response.StatusCode == HttpStatusCode.NotFound
                    ? DeliveryResult.Dropped
                    : DeliveryResult.Failed with { HttpStatus = (int)response.StatusCode };
        }
        catch (HttpRequestException)
        {
            return DeliveryResult.Failed;
        }
    }

    /// <summary>An answer that says nothing about a status is a success; one with an unknown status is not.</summary>
    private static DeliveryResult OutcomeOf(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind != JsonValueKind.Object ? DeliveryResult.Handled : Status(document.RootElement) switch
            {
                null or "" or "SUCCESS" => DeliveryResult.Handled,
                "DROP" => DeliveryResult.Dropped,
                _ => DeliveryResult.Failed,
            };
        }
        catch (JsonException)
        {
            return DeliveryResult.Handled;
        }
    }

    /// <summary>The name is found in any letter case, as Go finds it.</summary>
    private static string? Status(JsonElement answer) => answer.EnumerateObject()
        .Where(m => m.Name.Equals("status", StringComparison.OrdinalIgnoreCase) && m.Value.ValueKind == JsonValueKind.String)
        .Select(m => m.Value.GetString())
        .LastOrDefault();
}
