namespace Grpc.Core;

/// <summary>Deadline and cancellation of a call being served, to be passed to calls made on its behalf.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }

    internal abstract DateTime? Deadline { get; }

    internal abstract CancellationToken Cancellation { get; }
}
