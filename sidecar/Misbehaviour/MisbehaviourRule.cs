namespace OpsMesh.Sidecar.Misbehaviour;

/// <summary>One rule of the file: which calls go wrong, and how.</summary>
/// <param name="Component">Name of the component; null: every one.</param>
/// <param name="Every">Each so manieth matching call.</param>
/// <param name="Times">So often at most; null: without end.</param>
internal sealed record MisbehaviourRule(Deed On, Misdeed Do, string? Component, int Every, int? Times, TimeSpan Delay)
{
    private int _seen;
    private int _done;

    /// <summary>Counts a call that the rule is about.</summary>
    public bool Strikes(string component, Deed deed) =>
        deed == On
        && (Component is null || Component == component)
        && Interlocked.Increment(ref _seen) % Every == 0
        && (Times is not { } times || Interlocked.Increment(ref _done) <= times);
}
