namespace OpsMesh.Hosting;

/// <summary>How a process that cannot start ends.</summary>
public static class ExitCodes
{
    /// <summary>Configuration is missing or wrong; the message names the key.</summary>
    public const int Configuration = 2;

    /// <summary>Another process has a port that this one needs.</summary>
    public const int PortTaken = 3;
}
