namespace OpsMesh.Registry.Heartbeats;

internal static class HeartbeatsSetup
{
    public static void AddHeartbeats(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HeartbeatOptions>()
            .BindConfiguration(HeartbeatOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<SessionTable>();
        builder.Services.AddSingleton<HeartbeatIntervals>();
        builder.Services.AddSingleton<HeartbeatHandler>();
    }
}
