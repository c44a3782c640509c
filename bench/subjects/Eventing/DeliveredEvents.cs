namespace OpsMesh.Bench.Subjects.Eventing;

internal sealed class DeliveredEvents
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asked before the event is published.</summary>
    public Task NextAsync()
    {
        _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _next.Task.WaitAsync(Limit, TimeProvider.System);
    }

    public void Delivered() => _next.TrySetResult();
}
