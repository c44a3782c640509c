namespace OpsMesh.TelemetryIngest.Queries;

internal static class QueriesSetup
{
    public static void AddQueries(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<INodeCatalog, DocumentNodeCatalog>();
        builder.Services.AddSingleton<MetricQueriesHandler>();
    }
}
