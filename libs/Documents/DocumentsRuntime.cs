using OpsMesh.DocumentStore.Outbox;

namespace OpsMesh.DocumentStore;

/// <summary>The inner parts that <see cref="Documents"/> shares with the relay. Nothing for callers.</summary>
public sealed class DocumentsRuntime
{
    internal DocumentsRuntime(SlotPool slots, RelayQueue queue) => (Slots, Queue) = (slots, queue);

    internal SlotPool Slots { get; }

    internal RelayQueue Queue { get; }
}
