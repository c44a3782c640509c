namespace Dapr;

/// <summary>One name and value of the metadata of the endpoint's subscriptions, or of those that name its id.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public class TopicMetadataAttribute : Attribute, IOriginalTopicMetadata
{
    public TopicMetadataAttribute(string id, string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Id = id;
        Name = name;
        Value = value;
    }

    public TopicMetadataAttribute(string name, string value)
        : this(Guid.NewGuid().ToString("D"), name, value)
    {
    }

    public string Id { get; }

    public string Name { get; }

    public string Value { get; }
}
