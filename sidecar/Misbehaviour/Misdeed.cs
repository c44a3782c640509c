namespace OpsMesh.Sidecar.Misbehaviour;

/// <summary>What a component does wrong on purpose.</summary>
internal enum Misdeed
{
    /// <summary>It does what was asked twice.</summary>
    Duplicate,

    /// <summary>Publishing only: acknowledged at once, published behind the topic's next event or when the delay is over.</summary>
    Reorder,

    /// <summary>It waits first.</summary>
    Delay,

    /// <summary>It fails and does nothing.</summary>
    Error,

    /// <summary>It acknowledges and does nothing.</summary>
    DropAfterAck,

    /// <summary>It does what was asked, and the process is gone before it can answer, as after SIGKILL.</summary>
    Die,
}

/// <summary>What is asked of a component.</summary>
internal enum Deed
{
    Publish,
    Read,
    Write,
}
