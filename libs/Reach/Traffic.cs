namespace OpsMesh.Reach;

/// <summary>
/// What a call is, which decides the order of ways. There are reads and calls that carry a command id only: both may be repeated on the
/// next way when one fails.
/// </summary>
public enum Traffic
{
    /// <summary>A unary read.</summary>
    Read,

    /// <summary>Carries a command id, so the daemon answers a repeat with what it has.</summary>
    Command,

    /// <summary>A long server stream of data.</summary>
    Stream,
}
