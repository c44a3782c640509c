using OpsMesh.Contracts.Common.V1;

namespace OpsMesh.Daemon.Commands;

/// <summary>One command that this node took, as far as it is. Immutable but for the signal of its next state.</summary>
internal sealed class CommandEntry(CommandPayload payload, CommandProgress progress, bool isAcked)
{
    private readonly TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommandPayload Payload => payload;

    public CommandProgress Progress => progress;

    /// <summary>agent-command has stored its end.</summary>
    public bool IsAcked => isAcked;

    public bool IsFinal => progress.State is CommandState.Succeeded or CommandState.Failed or CommandState.TimedOut
        or CommandState.Cancelled or CommandState.Interrupted or CommandState.Expired or CommandState.Unknown;

    /// <summary>Ends when the journal holds a later state of it.</summary>
    public Task Changed => _next.Task;

    public CommandEntry With(CommandProgress later) => new(payload, later, isAcked);

    public CommandEntry Acked() => new(payload, progress, true);

    public void SignalChange() => _next.TrySetResult();
}
