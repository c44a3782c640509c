namespace OpsMesh.LogStreaming.Tailing;

internal static class TailingSetup
{
    public static void AddTailing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TailingOptions>()
            .BindConfiguration(TailingOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<GetAgentLogsHandler>();
        builder.Services.AddSingleton<StreamAgentLogsHandler>();
    }
}
