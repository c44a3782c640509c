using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Dapr.AspNetCore;

/// <summary>Finds the topics among the endpoints: one entry per pubsub and topic, ordered by both.</summary>
internal static class SubscriptionList
{
    private const string RawPayload = "rawPayload";

    private sealed record Place(RouteEndpoint Endpoint, ITopicMetadata Topic, string Path);

    public static IReadOnlyList<Subscription> Read(IEnumerable<Endpoint> endpoints, bool rawByDefault)
    {
        var places =
            from endpoint in endpoints.OfType<RouteEndpoint>()
            from topic in endpoint.Metadata.GetOrderedMetadata<ITopicMetadata>()
            select new Place(endpoint, topic, PathOf(endpoint.RoutePattern));
        return
        [
            .. places
                .GroupBy(p => (p.Topic.PubsubName, p.Topic.Name))
                .OrderBy(g => g.Key.PubsubName, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Name, StringComparer.Ordinal)
                .Select(g => Describe([.. g.OrderBy(p => p.Topic.Priority)], rawByDefault)),
        ];
    }

    private static Subscription Describe(IReadOnlyList<Place> places, bool rawByDefault)
    {
        var topic = places[0].Topic;
        var rules = places.Where(p => !string.IsNullOrEmpty(p.Topic.Match)).Select(p => new SubscriptionRule(p.Topic.Match!, p.Path)).ToArray();
        var fallback = places.FirstOrDefault(p => string.IsNullOrEmpty(p.Topic.Match))?.Path;
        var metadata = MetadataOf(places, rawByDefault);
        return new Subscription(topic.Name, topic.PubsubName)
        {
            Route = rules.Length == 0 ? fallback : null,
            Routes = rules.Length == 0 ? null : new SubscriptionRoutes(rules, fallback),
            Metadata = metadata.Count == 0 ? null : metadata,
            DeadLetterTopic = places.Select(p => (p.Topic as IDeadLetterTopicMetadata)?.DeadLetterTopic).FirstOrDefault(t => !string.IsNullOrEmpty(t)),
            BulkSubscribe = BulkOf(places),
        };
    }

    private static Dictionary<string, string> MetadataOf(IReadOnlyList<Place> places, bool rawByDefault)
    {
        var values =
            from place in places
            let owned = (place.Topic as IOwnedOriginalTopicMetadata)?.OwnedMetadatas
            from entry in place.Endpoint.Metadata.GetOrderedMetadata<IOriginalTopicMetadata>()
            where owned is null || owned.Contains(entry.Id, StringComparer.Ordinal)
            select (entry.Name, entry.Value);
        var separator = places.Select(p => (p.Topic as IOwnedOriginalTopicMetadata)?.MetadataSeparator).FirstOrDefault(s => s is not null) ?? ",";
        var metadata = values
            .GroupBy(v => v.Name, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Join(separator, g.Select(v => v.Value)), StringComparer.Ordinal);
        if (places.Any(p => (p.Topic as IRawTopicMetadata)?.EnableRawPayload ?? rawByDefault))
        {
            metadata[RawPayload] = "true";
        }

        return metadata;
    }

    private static SubscriptionBulk? BulkOf(IReadOnlyList<Place> places)
    {
        var bulk = places
            .SelectMany(p => p.Endpoint.Metadata.GetOrderedMetadata<IBulkSubscribeMetadata>())
            .FirstOrDefault(b => b.TopicName == places[0].Topic.Name);
        return bulk is null ? null : new SubscriptionBulk(true, bulk.MaxMessagesCount, bulk.MaxAwaitDurationMs);
    }

    private static string PathOf(RoutePattern pattern) => string.Join('/', pattern.PathSegments.Select(SegmentOf));

    private static string SegmentOf(RoutePatternPathSegment segment)
    {
        if (segment.Parts.Any(p => p is not RoutePatternLiteralPart))
        {
            throw new InvalidOperationException("A route that receives a topic may only consist of literal parts.");
        }

        return string.Concat(segment.Parts.Cast<RoutePatternLiteralPart>().Select(p => p.Content));
    }
}
