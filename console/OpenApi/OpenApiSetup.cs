using OpsMesh.Console.Login;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.OpenApi;

internal static class OpenApiSetup
{
    public static WebApplicationBuilder AddOpenApi(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => ProtoComments.Embedded());
        return builder;
    }

    /// <summary>The document is the same for everybody and holds nothing of the fleet, so it is open to all.</summary>
    public static void MapOpenApi(this WebApplication app)
    {
        var document = new Lazy<string>(() =>
            OpenApiDocument.Write(app.Services.GetRequiredService<RestCatalog>(), app.Services.GetRequiredService<ProtoComments>()).ToJsonString(new() { WriteIndented = true }));
        app.MapGet(RouteTemplate.Root + "/openapi.json", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(document.Value, context.RequestAborted);
        }).WithMetadata(new OpenToAll());
    }
}
