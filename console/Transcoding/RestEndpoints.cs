namespace OpsMesh.Console.Transcoding;

internal static class RestEndpoints
{
    public static WebApplicationBuilder AddTranscoding(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(RestCatalog.OfContracts());
        builder.Services.AddSingleton<RequestReader>();
        builder.Services.AddSingleton<UnaryEndpoint>();
        builder.Services.AddSingleton<StreamEndpoint>();
        return builder;
    }

    /// <summary>One endpoint for each RPC of the catalogue.</summary>
    public static void MapRest(this WebApplication app)
    {
        var unary = app.Services.GetRequiredService<UnaryEndpoint>();
        var stream = app.Services.GetRequiredService<StreamEndpoint>();
        foreach (var method in app.Services.GetRequiredService<RestCatalog>().Methods)
        {
            RequestDelegate answer = method.IsStream ? context => stream.AnswerAsync(context, method) : context => unary.AnswerAsync(context, method);
            app.MapMethods(method.Route.FullPath, [method.Verb], answer).WithDisplayName(method.Descriptor.FullName);
        }
    }
}
