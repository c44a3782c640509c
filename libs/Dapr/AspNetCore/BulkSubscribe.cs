namespace Dapr.AspNetCore;

/// <summary>The endpoint takes several events of a topic in one call.</summary>
public interface IBulkSubscribeMetadata
{
    string TopicName { get; }

    int MaxMessagesCount { get; }

    int MaxAwaitDurationMs { get; }
}

[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class BulkSubscribeAttribute(string topicName, int maxMessagesCount = 100, int maxAwaitDurationMs = 1000)
    : Attribute, IBulkSubscribeMetadata
{
    public string TopicName { get; } = topicName;

    public int MaxMessagesCount { get; } = maxMessagesCount;

    public int MaxAwaitDurationMs { get; } = maxAwaitDurationMs;
}

public class BulkSubscribeTopicOptions
{
    public required string TopicName { get; set; }

    public int MaxMessagesCount { get; set; } = 100;

    public int MaxAwaitDurationMs { get; set; } = 1000;
}
