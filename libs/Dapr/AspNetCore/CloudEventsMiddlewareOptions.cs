namespace Dapr;

public class CloudEventsMiddlewareOptions
{
    /// <summary>Passes data with a text content type on as it is, in its JSON quotes, as versions before 1.3 did.</summary>
    public bool SuppressJsonDecodingOfTextPayloads { get; set; }

    /// <summary>Adds the envelope's members as headers <c>Cloudevent.name</c>.</summary>
    public bool ForwardCloudEventPropertiesAsHeaders { get; set; }

#pragma warning disable CA1819 // Source compatibility
    /// <summary>Null or empty: all.</summary>
    public string[]? IncludedCloudEventPropertiesAsHeaders { get; set; }

    public string[]? ExcludedCloudEventPropertiesFromHeaders { get; set; }
#pragma warning restore CA1819
}
