namespace OpsMesh.Sidecar.Apps;

/// <summary>Which application's port a connection came to, and what is spoken on it.</summary>
internal sealed record AppListener(AppSidecar App, bool IsGrpc, bool IsPublic = false, bool IsInternal = false);

internal static class AppListenerExtensions
{
    public static AppSidecar GetApp(this HttpContext context) => context.GetListener().App;

    public static AppListener GetListener(this HttpContext context) =>
        context.Features.Get<AppListener>() ?? throw new InvalidOperationException("The connection belongs to no application.");
}
