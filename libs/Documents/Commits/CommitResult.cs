using System.Text.Json;

namespace OpsMesh.DocumentStore;

/// <summary>What became of a change. Only the nested types exist; switch over them.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>Durable, with its events and rows in the outbox.</summary>
    public sealed record Committed(long CommitSeq) : CommitResult
    {
        private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Waits until the projection shows the change: read your own writes.</summary>
        public Task FlushedAsync(CancellationToken cancellationToken) => _flushed.Task.WaitAsync(cancellationToken);

        internal void SetFlushed() => _flushed.TrySetResult();
    }

    /// <summary>The idempotency key was used before; nothing was changed.</summary>
    /// <param name="Value">What the first use stored under the key.</param>
    public sealed record KnownKey(JsonElement Value) : CommitResult
    {
        public T Read<T>() => Value.Deserialize<T>(DocumentJson.Options) ?? throw new JsonException("The key holds null.");
    }

    /// <summary>The change function returned null: nothing was to be changed.</summary>
    public sealed record NoChange : CommitResult;

    /// <summary>Others changed the documents each time; nothing was changed by this call.</summary>
    public sealed record Raced : CommitResult;

    /// <summary>The outbox is full, so nothing was changed.</summary>
    public sealed record Full(TimeSpan RetryAfter) : CommitResult;

    /// <summary>The store did not answer, or not intelligibly. The change may still appear: repeat it with the same key.</summary>
    public sealed record Unavailable : CommitResult;
}
