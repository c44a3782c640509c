using System.Threading.Channels;

namespace OpsMesh.Daemon.Supervision;

/// <summary>Orders of one agent in the order they came, kills first. Refuses when full.</summary>
internal sealed class OrderQueue
{
    private const int MostWaiting = 100;

    private readonly Channel<Entry> _orders = Channel.CreateBounded<Entry>(MostWaiting);
    private readonly Channel<Entry> _kills = Channel.CreateBounded<Entry>(MostWaiting);

    public bool HasKill => _kills.Reader.TryPeek(out _);

    /// <returns>The end of the order, or null when there is no room.</returns>
    public Task<OperationResult>? TryAdd(OperationOrder order)
    {
        var entry = new Entry(order);
        var channel = order.Operation == AgentOperation.Kill ? _kills : _orders;
        return channel.Writer.TryWrite(entry) ? entry.Finished.Task : null;
    }

    public bool TryTake(out Entry entry) => _kills.Reader.TryRead(out entry!) || _orders.Reader.TryRead(out entry!);

    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(_kills.Reader.WaitToReadAsync(cancellationToken).AsTask(), _orders.Reader.WaitToReadAsync(cancellationToken).AsTask());

    internal sealed record Entry(OperationOrder Order)
    {
        public TaskCompletionSource<OperationResult> Finished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
