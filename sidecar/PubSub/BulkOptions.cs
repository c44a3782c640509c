namespace OpsMesh.Sidecar.PubSub;

/// <summary>How many events are collected, and for how long at most.</summary>
internal sealed record BulkOptions(int MaxMessages, TimeSpan MaxWait)
{
    private const int DefaultMessages = 100;
    private const int DefaultWaitMs = 1_000;

    /// <param name="maxMessages">0: the default.</param>
    /// <param name="maxWaitMs">0: the default.</param>
    public static BulkOptions Create(int maxMessages, int maxWaitMs) => new(
        maxMessages > 0 ? maxMessages : DefaultMessages, TimeSpan.FromMilliseconds(maxWaitMs > 0 ? maxWaitMs : DefaultWaitMs));
}
