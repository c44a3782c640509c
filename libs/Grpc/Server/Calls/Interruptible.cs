using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>What only a call with a deadline, or a stream, needs.</summary>
internal sealed class Interruptible
{
    // Bits of Phase. They change together with Interruption and Completion under the lock; only a write that nothing interrupts
    // begins and ends without it.
    public const int Writing = 1;
    public const int Interrupted = 2;
    public const int Finished = 4;

    public int Phase;

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
