namespace OpsMesh;

/// <remarks>Busy: A limit is reached; retry later with the same key.</remarks>
public static partial class Reasons
{
    public const string QueueFull = "QUEUE_FULL";
    public const string Rate = "RATE";
    public const string MessageTooLarge = "MESSAGE_TOO_LARGE";
    public const string DecompressionLimit = "DECOMPRESSION_LIMIT";
    public const string Cardinality = "CARDINALITY";
    public const string SlowConsumer = "SLOW_CONSUMER";
    public const string NodeSpoolFull = "NODE_SPOOL_FULL";
    public const string StreamLimit = "STREAM_LIMIT";
    public const string Shed = "SHED";
}
