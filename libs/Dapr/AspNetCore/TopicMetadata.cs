namespace Dapr;

/// <summary>An endpoint receives a topic's events.</summary>
public interface ITopicMetadata
{
    string Name { get; }

    string PubsubName { get; }

    /// <summary>A CEL expression over <c>event</c>; null or empty: this is the default route.</summary>
    string? Match { get; }

    /// <summary>Order of the routes of one topic, lowest first.</summary>
    int Priority { get; }
}

public interface IRawTopicMetadata
{
    bool? EnableRawPayload { get; }
}

/// <summary>Ids of the <see cref="IOriginalTopicMetadata"/> that belong to a topic.</summary>
public interface IOwnedOriginalTopicMetadata
{
#pragma warning disable CA1819 // Source compatibility
    string[]? OwnedMetadatas { get; }
#pragma warning restore CA1819

    /// <summary>Joins values of one name; a comma when null.</summary>
    string? MetadataSeparator { get; }
}

public interface IDeadLetterTopicMetadata
{
    string? DeadLetterTopic { get; }
}

/// <summary>One name and value of a subscription's metadata.</summary>
public interface IOriginalTopicMetadata
{
    string Id { get; }

    string Name { get; }

    string Value { get; }
}
