using OpsMesh.DocumentStore.Local;

namespace OpsMesh.DocumentStore.Outbox;

/// <summary>Pokes inside this process: new rows for followers, new events for the publisher.</summary>
internal sealed class Wakes
{
    public Signal Rows { get; } = new();

    public Signal Events { get; } = new();
}
