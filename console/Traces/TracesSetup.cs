using OpsMesh.Console.Login;
using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.Traces;

internal static class TracesSetup
{
    public static WebApplicationBuilder AddTraces(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => new SpanBuffer());
        builder.Services.AddSingleton<OtlpReceiver>();
        builder.Services.AddSingleton<TraceEndpoints>();
        return builder;
    }

    public static void MapTraces(this WebApplication app)
    {
        var endpoints = app.Services.GetRequiredService<TraceEndpoints>();
        app.MapPost(OtlpReceiver.Path, app.Services.GetRequiredService<OtlpReceiver>().ReceiveAsync).WithMetadata(new OpenToAll());
        app.MapGet(RouteTemplate.Root + "/traces", endpoints.ListAsync);
        app.MapGet(RouteTemplate.Root + "/traces/{trace_id}", endpoints.ShowAsync);
    }
}
