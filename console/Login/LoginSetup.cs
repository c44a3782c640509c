using OpsMesh.Console.Transcoding;

namespace OpsMesh.Console.Login;

internal static class LoginSetup
{
    public static WebApplicationBuilder AddLogin(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LoginOptions>()
            .BindConfiguration(LoginOptions.Section)
            .ValidateDataAnnotations()
            .Validate(
                login => login.OneTimeToken.Length == 0 || login.TokenFile.Length > 0,
                "configuration 'Login:TokenFile' is missing; a one-time token stands for the operator token in that file")
            .ValidateOnStart();
        builder.Services.AddSingleton<Sessions>();
        builder.Services.AddSingleton<OneTimeToken>();
        builder.Services.AddSingleton<TokenCheck>();
        builder.Services.AddSingleton<SessionEndpoints>();
        return builder;
    }

    public static void MapLogin(this WebApplication app)
    {
        var endpoints = app.Services.GetRequiredService<SessionEndpoints>();
        const string Path = RouteTemplate.Root + "/session";
        app.MapPost(Path, endpoints.OpenAsync).WithMetadata(new OpenToAll());
        app.MapGet(Path, endpoints.ShowAsync);
        app.MapDelete(Path, endpoints.CloseAsync);
    }
}
