namespace OpsMesh.Console.Page;

internal static class PageSetup
{
    public static WebApplicationBuilder AddPage(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => new PageFiles(typeof(PageSetup).Assembly));
        return builder;
    }
}
