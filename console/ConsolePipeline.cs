using OpsMesh.Console.Login;
using OpsMesh.Console.OpenApi;
using OpsMesh.Console.Page;
using OpsMesh.Console.Problems;
using OpsMesh.Console.Traces;
using OpsMesh.Console.Transcoding;
using OpsMesh.Hosting;

namespace OpsMesh.Console;

internal static class ConsolePipeline
{
    /// <summary>Everything that answers on the page port, in the order in which a request passes it.</summary>
    public static WebApplication MapConsole(this WebApplication app)
    {
        app.Use((context, next) => context.GetArrival() is { Door: Door.App } ? NothingHere(context) : next(context));
        app.UseMiddleware<QuietPolls>();
        app.UseMiddleware<ApiErrors>();
        app.UseMiddleware<PageMiddleware>();
        app.UseMiddleware<CredentialGate>();
        app.UseMiddleware<EmptyVariables>();
        app.MapLogin();
        app.MapTraces();
        app.MapOpenApi();
        app.MapRest();
        return app;
    }

    /// <summary>The sidecar has nothing to call here; what it could do with a forged bearer is not worth a door.</summary>
    private static Task NothingHere(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
