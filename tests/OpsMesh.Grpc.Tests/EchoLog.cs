using System.Collections.Concurrent;
using Grpc.Core;

namespace OpsMesh.Grpc.Tests;

/// <summary>What the service's calls saw.</summary>
internal sealed class EchoLog
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ServerCallContext> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>A handler's token has fired.</summary>
    public Task Cancelled => _cancelled.Task;

    /// <summary>The first call that reached its handler.</summary>
    public Task<ServerCallContext> FirstCall => _started.Task;

    /// <summary>What handlers with the behaviour "stubborn" wait for, whatever becomes of their calls.</summary>
    public Task Released => _released.Task;

    public void Release() => _released.TrySetResult();

    public void Started(ServerCallContext context)
    {
        Lines.Enqueue($"encoding {context.GetHttpContext().Request.Headers["grpc-encoding"]}");
        _started.TrySetResult(context);
    }

    public async Task UntilCancelledAsync(ServerCallContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        }
        finally
        {
            _cancelled.TrySetResult();
        }
    }
}
