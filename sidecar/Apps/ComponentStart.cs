using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Resources;

namespace OpsMesh.Sidecar.Apps;

/// <summary>Starts a component; one that says <c>ignoreErrors</c> may fail, and is then not there.</summary>
internal static partial class ComponentStart
{
    public static void Run(Component component, ILoggerFactory logs, Action start)
    {
        try
        {
            start();
        }
        catch (PlanException e) when (component.IgnoreErrors)
        {
            LogIgnored(logs.CreateLogger("OpsMesh.Sidecar.Components"), component.Name, e.Message);
        }
    }

    public static void Warn(ResourceSet resources, ILoggerFactory logs)
    {
        foreach (var warning in resources.Warnings)
        {
            LogWarning(logs.CreateLogger("OpsMesh.Sidecar.Resources"), warning);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private static partial void LogWarning(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "Component {Component} is not available: {Problem}")]
    private static partial void LogIgnored(ILogger logger, string component, string problem);
}
