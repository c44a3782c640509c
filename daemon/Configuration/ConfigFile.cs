using OpsMesh.Daemon.Commands;
using OpsMesh.Hosting;
using OpsMesh.Yaml;

namespace OpsMesh.Daemon.Configuration;

/// <summary>Files of an operator: what is wrong with one ends the start with exit code 2 and one line.</summary>
internal static class ConfigFile
{
    /// <exception cref="StartupException">The file is missing or wrong.</exception>
    public static DaemonConfig Read(string path) => Read(path, DaemonConfigReader.Read);

    /// <exception cref="StartupException">The file is missing or wrong.</exception>
    public static LocalPolicy ReadPolicy(string? path) => path is null ? LocalPolicy.None : Read(path, LocalPolicy.Read);

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (YamlException wrong)
        {
            throw new StartupException(wrong.Message, inner: wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"configuration '{path}' cannot be read: {unreadable.Message}", inner: unreadable);
        }
    }
}
