namespace OpsMesh.Cli;

/// <summary>What a script can tell apart.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;

    /// <summary>Wrong arguments or configuration.</summary>
    public const int BadConfiguration = 2;

    public const int PortTaken = 3;

    /// <summary>The .NET SDK or another tool is not there (the launcher says so too).</summary>
    public const int ToolMissing = 4;

    /// <summary>A process of the mesh ended while the mesh was starting.</summary>
    public const int ChildFailed = 5;

    /// <summary>A process of the mesh ended while the mesh was up.</summary>
    public const int ChildLost = 6;

    /// <summary>The data folder is in use by another `up`.</summary>
    public const int AlreadyUp = 7;

    /// <summary>Nothing runs in the data folder.</summary>
    public const int NotUp = 8;

    /// <summary>A command was accepted and is not done yet; `opsmesh command ID` says what became of it.</summary>
    public const int Pending = 9;

    public const int Interrupted = 130;
}
