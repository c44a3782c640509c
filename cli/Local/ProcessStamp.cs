using System.Globalization;

namespace OpsMesh.Cli.Local;

/// <summary>A process that cannot be mistaken for a later one of the same number.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="StartTicks">Clock ticks from boot to its start.</param>
internal sealed record ProcessStamp(int Pid, long StartTicks)
{
    private const int StateField = 0;
    private const int SessionField = 3;
    private const int StartField = 19;

    /// <summary>Null when no such process lives; a zombie does not live.</summary>
    public static ProcessStamp? Of(int pid) => Fields(pid) is { } fields ? new ProcessStamp(pid, long.Parse(fields[StartField], CultureInfo.InvariantCulture)) : null;

    public static int? SessionOf(int pid) => Fields(pid) is { } fields ? int.Parse(fields[SessionField], CultureInfo.InvariantCulture) : null;

    public bool IsAlive => Of(Pid) == this;

    /// <summary>Sends a signal, unless the number belongs to another process by now.</summary>
    public void Signal(int signal)
    {
        if (IsAlive)
        {
            Posix.Signal(Pid, signal);
        }
    }

    /// <returns>False when it still lives after the limit.</returns>
    public async Task<bool> EndsWithinAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var since = clock.GetTimestamp();
        while (IsAlive)
        {
            if (clock.GetElapsedTime(since) > limit || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, CancellationToken.None);
        }

        return true;
    }

    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[StateField] is "Z" or "X" ? null : fields;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
