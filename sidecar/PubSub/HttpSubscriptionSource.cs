using System.Net;
using System.Text.Json;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Cel;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary><c>GET /dapr/subscribe</c> of an application that speaks HTTP.</summary>
internal sealed partial class HttpSubscriptionSource(AppPlan app, AppChannel channel, ILogger logger) : ISubscriptionSource
{
    public async Task<IReadOnlyList<AppSubscription>?> AskAsync(CancellationToken cancellationToken)
    {
        using var request = AppQuestions.Get(app, channel, "dapr/subscribe");
        using var response = await channel.Invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            LogNoList(app.AppId, (int)response.StatusCode);
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return [.. document.RootElement.EnumerateArray().Select(Read).OfType<AppSubscription>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or CelException)
        {
            LogBadList(app.AppId, e.Message);
            return null;
        }
    }

    private static AppSubscription? Read(JsonElement entry)
    {
        List<TopicRoute> routes = [];
        string? fallback = null;
        if (Member(entry, "routes") is { } map)
        {
            foreach (var rule in Member(map, "rules")?.EnumerateArray() ?? default)
            {
                routes.Add(new TopicRoute(Text(rule, "match") ?? "", Text(rule, "path") ?? ""));
            }

            fallback = Text(map, "default");
        }

        fallback = string.IsNullOrEmpty(fallback) ? Text(entry, "route") : fallback;
        if (!string.IsNullOrEmpty(fallback))
        {
            routes.Add(new TopicRoute("", fallback));
        }

        // Neither route nor routes: the entry is ignored.
        return routes.Count == 0
            ? null
            : new AppSubscription(
                Text(entry, "pubsubname") ?? "",
                Text(entry, "topic") ?? "",
                routes,
                Text(entry, "deadLetterTopic"),
                Map(entry),
                SubscriptionKind.Programmatic)
            {
                Bulk = Member(entry, "bulkSubscribe") is { } bulk && Member(bulk, "enabled")?.GetBoolean() == true
                    ? BulkOptions.Create(Number(bulk, "maxMessagesCount"), Number(bulk, "maxAwaitDurationMs"))
                    : null,
            };
    }

    /// <summary>A value that is no text makes the whole list unusable.</summary>
    private static Dictionary<string, string> Map(JsonElement entry) => Member(entry, "metadata") is { } map
        ? map.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString() ?? "", StringComparer.Ordinal)
        : [];

    /// <summary>As daprd reads JSON: whatever the case of the name. The official .NET package sends pubsubName.</summary>
    private static JsonElement? Member(JsonElement element, string name) => element.EnumerateObject()
        .Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase) && member.Value.ValueKind != JsonValueKind.Null)
        .Select(member => (JsonElement?)member.Value)
        .LastOrDefault();

    private static string? Text(JsonElement element, string name) => Member(element, name)?.GetString();

    private static int Number(JsonElement element, string name) => Member(element, name)?.GetInt32() ?? 0;

    [LoggerMessage(LogLevel.Debug, "{AppId} answered {Status} to /dapr/subscribe: it subscribes to nothing")]
    private partial void LogNoList(string appId, int status);

    [LoggerMessage(LogLevel.Error, "The subscriptions of {AppId} cannot be used and are all ignored: {Problem}")]
    private partial void LogBadList(string appId, string problem);
}
