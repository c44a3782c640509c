using System.Globalization;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.State;

/// <summary>What the metadata of a state.sqlite component say.</summary>
/// <param name="CleanupInterval">How often expired rows are deleted; null: never. daprd's default is never, so that rows stay.</param>
internal sealed record SqliteOptions(string Path, string Table, string MetadataTable, TimeSpan BusyTimeout, TimeSpan? CleanupInterval)
{
    private static readonly string[] Known =
    [
        "connectionString", "timeout", "timeoutInSeconds", "busyTimeout", "disableWAL", "tableName", "metadataTableName", "cleanupInterval",
        "cleanupIntervalInSeconds", "keyPrefix", "actorStateStore",
    ];

    private static readonly string[] Options = ["_pragma", "_txlock", "_time_format", "_time_integer_format", "mode", "cache", "vfs", "immutable", "nolock", "psow"];

    public static SqliteOptions Read(Component component)
    {
        if (component.Metadata.Keys.FirstOrDefault(k => !Known.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new PlanException($"{component.Place}: component '{component.Name}': unknown metadata '{unknown}' for {component.Type}");
        }

        var connection = component.Value("connectionString")
            ?? throw new PlanException($"{component.Place}: component '{component.Name}': metadata 'connectionString' is required");
        return new SqliteOptions(
            PathOf(connection, component),
            Identifier(component, "tableName", "state"),
            Identifier(component, "metadataTableName", "metadata"),
            WaitOf(connection, component) ?? Duration(component, "busyTimeout") ?? TimeSpan.FromSeconds(2),
            Duration(component, "cleanupInterval"));
    }

    /// <summary>Of the options behind a path, as daprd's driver takes them, only the wait for a lock has an effect here.</summary>
    private static TimeSpan? WaitOf(string connection, Component component)
    {
        TimeSpan? wait = null;
        foreach (var option in connection.Split('?', 2).Skip(1).SelectMany(q => q.Split('&', StringSplitOptions.RemoveEmptyEntries)))
        {
            var (name, value) = option.Split('=', 2) is [var left, var right] ? (left, Uri.UnescapeDataString(right)) : (option, "");
            if (!Options.Contains(name, StringComparer.Ordinal))
            {
                throw new PlanException($"{component.Place}: component '{component.Name}': connectionString: unknown option '{name}'");
            }

            if (name == "_pragma" && value.StartsWith("busy_timeout(", StringComparison.Ordinal) && int.TryParse(value["busy_timeout(".Length..].TrimEnd(')'), CultureInfo.InvariantCulture, out var ms))
            {
                wait = TimeSpan.FromMilliseconds(ms);
            }
        }

        return wait;
    }

    /// <summary>A path, or <c>file:path?options</c> as daprd's driver takes it.</summary>
    private static string PathOf(string connection, Component component)
    {
        var path = connection.StartsWith("file:", StringComparison.Ordinal) ? connection["file:".Length..] : connection;
        path = path.Split('?')[0];
        return path is "" or ":memory:"
            ? throw new PlanException($"{component.Place}: component '{component.Name}': connectionString must name a file; use state.in-memory instead")
            : path;
    }

    private static string Identifier(Component component, string name, string fallback)
    {
        var text = component.Value(name) ?? fallback;
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? text
            : throw new PlanException($"{component.Place}: component '{component.Name}': metadata '{name}' is no name of a table");
    }

    private static TimeSpan? Duration(Component component, string name)
    {
        if (component.Value(name) is not { } text)
        {
            return null;
        }

        var duration = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : GoDuration.Parse(text) ?? throw new PlanException($"{component.Place}: component '{component.Name}': metadata '{name}' must be a duration such as 10s");
        return duration > TimeSpan.Zero ? duration : null;
    }
}
