namespace OpsMesh.TelemetryIngest.Intake;

internal static class IntakeSetup
{
    public static void AddIntake(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IntakeOptions>()
            .BindConfiguration(IntakeOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<IntakeMetrics>();
        builder.Services.AddSingleton<ReportMetricsHandler>();
    }
}
