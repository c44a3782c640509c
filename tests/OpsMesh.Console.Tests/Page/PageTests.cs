using System.Net;

namespace OpsMesh.Console.Page;

public sealed class PageTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_IsServedToEverybodyWithAStrictPolicy()
    {
        Assert.SkipWhen(console.Service<PageFiles>().Find("/") is null, "built with SkipWeb");
        using var client = console.Nobody();

        using var response = await client.GetAsync("/", Cancelled);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("script-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("/assets/", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnchangedPage_IsNotSentAgain()
    {
        Assert.SkipWhen(console.Service<PageFiles>().Find("/") is null, "built with SkipWeb");
        using var client = console.Nobody();
        using var first = await client.GetAsync("/", Cancelled);
        client.DefaultRequestHeaders.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.Tag);

        using var second = await client.GetAsync("/", Cancelled);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task OpenApi_IsThereForEverybody()
    {
        using var client = console.Nobody();

        var document = await client.GetAsync("/api/v1/openapi.json", Cancelled).JsonAsync();

        Assert.Equal("3.1.0", document["openapi"]!.GetValue<string>());
    }
}
