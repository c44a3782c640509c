namespace Dapr;

/// <summary>Everything that can be said about a subscription in one object.</summary>
public class TopicOptions
{
    public required string Name { get; set; }

    public required string PubsubName { get; set; }

    public bool EnableRawPayload { get; set; }

    public string? Match { get; set; }

    public int Priority { get; set; }

#pragma warning disable CA1819, CA1051 // Source compatibility
    public string[]? OwnedMetadatas { get; set; }

    public IDictionary<string, string>? Metadata;
#pragma warning restore CA1819, CA1051

    public string? MetadataSeparator { get; set; }

    public string? DeadLetterTopic { get; set; }
}
