using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OpsMesh.AgentCommand.Sessions;

internal static class SessionsSetup
{
    public static void AddSessions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SessionOptions>()
            .BindConfiguration(SessionOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton<IRouteBook, StateRouteBook>();
        builder.Services.AddSingleton<SessionTable>();
        builder.Services.AddSingleton<HelloReconciler>();
        builder.Services.AddSingleton<OpenSessionHandler>();
    }
}
