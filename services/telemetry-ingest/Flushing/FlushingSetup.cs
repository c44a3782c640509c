namespace OpsMesh.TelemetryIngest.Flushing;

internal static class FlushingSetup
{
    public static void AddFlushing(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<FlushOptions>()
            .BindConfiguration(FlushOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<BatchQueue>();
        builder.Services.AddHostedService<BatchFlusher>();
    }
}
