namespace OpsMesh;

/// <summary>A dependency failed in a known way. Where no handler makes something better of it, the caller is refused with it: an outage is no bug.</summary>
/// <param name="message">What happened, for the log.</param>
public abstract class FailureException(Failure failure, string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>What the caller may know.</summary>
    public Failure Failure { get; } = failure;
}
