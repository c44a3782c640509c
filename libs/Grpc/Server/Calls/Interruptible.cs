using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What only a call with a deadline, or a stream, needs.</summary>
internal sealed class Interruptible
{
    // Bits of Ending.
    public const int Interrupted = 1;
    public const int Finished = 2;

    /// <summary>
    /// 1 while a message is being written. Whoever begins a write exchanges it and then reads <see cref="Ending"/>; whoever ends one clears it
    /// and then reads <see cref="Ending"/>, without a fence between the two: that would cost every message what
    /// <see cref="HttpContextServerCallContext"/>'s interruption, which is rare, pays instead with a barrier for all threads.
    /// </summary>
    public int Writing;

    /// <summary>Changes together with Interruption and Completion under the lock.</summary>
    public int Ending;

    /// <summary>Asked of the request once: Kestrel takes a lock for each question.</summary>
    public CancellationToken RequestAborted;

    public MessageEncoder? Encoder;

    public Lock Gate { get; } = new();

    public Status? Interruption { get; set; }

    public Task? Completion { get; set; }

    public CancellationTokenSource? Source { get; set; }

    public CancellationTokenRegistration Shutdown { get; set; }

    public CancellationTokenRegistration Aborted { get; set; }

    public ITimer? DeadlineTimer { get; set; }

    public Task? PendingFlush { get; set; }
}
