using System.Runtime.InteropServices;

namespace OpsMesh.Bench.Harness;

/// <summary>Where figures come from; without it they say little.</summary>
internal static class MachineFacts
{
    public static IEnumerable<string> Lines(TimeProvider clock)
    {
        yield return $"- {Environment.ProcessorCount} cores, {Field("/proc/cpuinfo", "model name") ?? "processor unknown"}; "
            + $"{Gigabytes(Field("/proc/meminfo", "MemTotal"))} GiB memory";
        yield return $"- {Field("/etc/os-release", "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription}, Linux {Environment.OSVersion.Version}; "
            + RuntimeInformation.FrameworkDescription;
        yield return $"- measured on {clock.GetUtcNow():yyyy-MM-dd}, load average at the start {Load()}";
        yield return Cores.CanPin
            ? "- measured process on one core, load on another (taskset)"
            : "- nothing pinned: fewer than two cores, or no taskset";
    }

    public static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string? Field(string file, string name) => File.Exists(file)
        ? File.ReadLines(file).Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => line[(line.IndexOfAny([':', '=']) + 1)..].Trim()).FirstOrDefault()
        : null;

    private static string Gigabytes(string? text) =>
        text?.Split(' ')[0] is { } number && long.TryParse(number, out var kilobytes) ? $"{kilobytes / 1024.0 / 1024.0:0}" : "?";
}
