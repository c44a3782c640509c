using OpsMesh.Hosting;
using OpsMesh.TelemetryIngest.Flushing;
using OpsMesh.TelemetryIngest.Queries;

namespace OpsMesh.TelemetryIngest.Storage;

internal static class StorageSetup
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>()
            .BindConfiguration(StorageOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        var path = Path.Combine(builder.Configuration.Require("Storage:Folder"), "samples.db");
        builder.Services.AddSingleton(_ => new SampleDatabase(path));
        builder.Services.AddSingleton(s => LatestSamples.Load(s.GetRequiredService<SampleDatabase>()));
        builder.Services.AddSingleton<ISampleStore, SqliteSampleStore>();
        builder.Services.AddSingleton<ISampleReader, SampleReader>();
        builder.Services.AddHostedService<RetentionLoop>();
    }
}
