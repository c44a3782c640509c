using System.Diagnostics;
using System.Globalization;

namespace OpsMesh.DocumentStore.Replicas;

/// <summary>Where a process runs, so that a successor on the same machine need not wait for a lease to know that it is dead.</summary>
/// <param name="Host">Boot id and process namespace; empty where the system does not tell.</param>
/// <param name="StartTime">Ticks since boot; tells a reused pid apart.</param>
internal sealed record ProcessPlace(string Host, int Pid, long StartTime)
{
    public static ProcessPlace Current { get; } = new(ReadHost(), Environment.ProcessId, ReadStartTime(Environment.ProcessId) ?? 0);

    /// <returns>False when unsure: another machine, or no /proc.</returns>
    public bool IsKnownDead => Host.Length > 0 && Host == Current.Host && ReadStartTime(Pid) != StartTime;

    private static string ReadHost()
    {
        try
        {
            var space = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name;
            return space is null ? "" : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{space}";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static long? ReadStartTime(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name, field 2, may hold spaces and parentheses; what follows its last ')' does not. A zombie is dead.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            Debug.Assert(fields.Length > 19);
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
