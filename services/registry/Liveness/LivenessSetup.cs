namespace OpsMesh.Registry.Liveness;

internal static class LivenessSetup
{
    public static void AddLiveness(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<LivenessOptions>()
            .BindConfiguration(LivenessOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddHostedService<LivenessLoop>();
        builder.Services.AddHostedService<LiveWriter>();
    }
}
