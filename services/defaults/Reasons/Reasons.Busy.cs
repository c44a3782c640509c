namespace OpsMesh;

/// <remarks>Busy: A limit is reached; retry later with the same key.</remarks>
public static partial class Reasons
{
    /// <summary>The queue has no room; try again later with the same key.</summary>
    public const string QueueFull = "QUEUE_FULL";

    /// <summary>Too many calls of this class.</summary>
    public const string Rate = "RATE";

    /// <summary>The message is larger than the call takes.</summary>
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";

    /// <summary>The message inflates beyond its limit.</summary>
    public const string DecompressionLimit = "DECOMPRESSION_LIMIT";

    /// <summary>Too many different names.</summary>
    public const string Cardinality = "CARDINALITY";

    /// <summary>The reader was too slow; resume by cursor.</summary>
    public const string SlowConsumer = "SLOW_CONSUMER";

    /// <summary>The node's disk spool is full.</summary>
    public const string NodeSpoolFull = "NODE_SPOOL_FULL";

    /// <summary>Too many open streams.</summary>
    public const string StreamLimit = "STREAM_LIMIT";

    /// <summary>The service has too much to do right now.</summary>
    public const string Shed = "SHED";
}
