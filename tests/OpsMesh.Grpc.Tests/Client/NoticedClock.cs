namespace OpsMesh.Grpc.Tests.Client;

/// <summary>The system's clock, which tells when somebody begins to wait.</summary>
internal sealed class NoticedClock : TimeProvider
{
    private readonly TaskCompletionSource _timerMade = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task TimerMade => _timerMade.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timerMade.TrySetResult();
        return timer;
    }
}
