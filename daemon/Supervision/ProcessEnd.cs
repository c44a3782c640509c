using System.Globalization;

namespace OpsMesh.Daemon.Supervision;

/// <summary>How a program ended, from the exit status that a shell gives: above 128 a signal, 125 to 127 it did not start.</summary>
/// <param name="ExitCode">Null when a signal ended it, or when nobody knows.</param>
/// <param name="Signal">0 for none.</param>
internal sealed record ProcessEnd(int? ExitCode, int Signal, bool CouldNotStart, string Message)
{
    /// <summary>Ended by itself with code 0.</summary>
    public bool IsClean => ExitCode == 0;

    public static ProcessEnd FromStatus(int status) => status switch
    {
        125 => new(status, 0, true, "could not be set up (exit code 125)"),
        126 => new(status, 0, true, "could not be run (exit code 126)"),
        127 => new(status, 0, true, "was not found (exit code 127)"),
        > 128 => new(null, status - 128, false, string.Create(CultureInfo.InvariantCulture, $"ended by signal {status - 128}")),
        _ => new(status, 0, false, string.Create(CultureInfo.InvariantCulture, $"exited with code {status}")),
    };

    /// <summary>The wrapper ended with the program, so nobody has its exit code.</summary>
    public static ProcessEnd Unknown { get; } = new(null, 0, false, "ended; its exit code is not known");

    /// <summary>The machine was booted since: everything ended.</summary>
    public static ProcessEnd Reboot { get; } = new(null, 0, false, "ended with a reboot");

    public static ProcessEnd NotLaunched(string why) => new(null, 0, true, why);
}
