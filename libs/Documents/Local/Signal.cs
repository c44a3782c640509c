namespace OpsMesh.DocumentStore.Local;

/// <summary>Wakes everyone who waits; a wake before the wait is not missed when the waiter took its ticket before it looked.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Take it before looking for work, then wait on it.</summary>
    public Task Ticket => _next.Task;

    public void Wake() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>Waits for the ticket's wake, but at most <paramref name="limit"/>.</summary>
    public static async Task WaitAsync(Task ticket, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await ticket.WaitAsync(limit, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
