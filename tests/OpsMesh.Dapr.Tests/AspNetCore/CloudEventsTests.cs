using System.Net;
using System.Text;
using Dapr;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace OpsMesh.Dapr.Tests.AspNetCore;

public sealed class CloudEventsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"data":{"n":1},"datacontenttype":"application/json; charset=utf-16"}""", "application/json|{\"n\":1}")]
    [InlineData("""{"data":{"n":1}}""", "application/json|{\"n\":1}")]
    [InlineData("""{"data":"text","datacontenttype":"text/plain"}""", "text/plain|text")]
    [InlineData("""{"data":"text","datacontenttype":"application/json"}""", "application/json|\"text\"")]
    [InlineData("""{"data_base64":"AAEC","datacontenttype":"application/octet-stream"}""", "application/octet-stream|\0\u0001\u0002")]
    [InlineData("""{"id":"1"}""", "|")]
    public async Task Envelope_IsUnwrapped(string envelope, string seen)
    {
        await using var app = await StartAsync(new CloudEventsMiddlewareOptions());

        using var answer = await PostAsync(app, envelope, "application/cloudevents+json");

        Assert.Equal(seen, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData("""{"data":1,"data_base64":"AAEC"}""")]
    [InlineData("[]")]
    public async Task EnvelopeThatIsNone_IsABadRequest(string envelope)
    {
        await using var app = await StartAsync(new CloudEventsMiddlewareOptions());

        using var answer = await PostAsync(app, envelope, "application/cloudevents+json");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task OtherContent_PassesUntouched()
    {
        await using var app = await StartAsync(new CloudEventsMiddlewareOptions());

        using var answer = await PostAsync(app, """{"data":1}""", "application/json");

        Assert.Equal("application/json; charset=utf-8|{\"data\":1}", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Members_AreForwardedAsHeadersWhenAskedFor()
    {
        var options = new CloudEventsMiddlewareOptions { ForwardCloudEventPropertiesAsHeaders = true, ExcludedCloudEventPropertiesFromHeaders = ["source"] };
        await using var app = await StartAsync(options);

        using var answer = await PostAsync(
            app, """{"id":"i","source":"s","type":"t","pubsubname":"p","data":1}""", "application/cloudevents+json");

        Assert.Equal("Cloudevent.id=i,Cloudevent.type=t", string.Join(',', answer.Headers.GetValues("seen")));
    }

    private static async Task<WebApplication> StartAsync(CloudEventsMiddlewareOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        var app = builder.Build();
        app.UseCloudEvents(options);
        app.MapPost("/", async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var forwarded = context.Request.Headers.Where(h => h.Key.StartsWith("Cloudevent.", StringComparison.Ordinal)).OrderBy(h => h.Key, StringComparer.Ordinal);
            context.Response.Headers["seen"] = string.Join(',', forwarded.Select(h => $"{h.Key}={h.Value}"));
            await context.Response.WriteAsync($"{context.Request.ContentType}|{await reader.ReadToEndAsync(context.RequestAborted)}", context.RequestAborted);
        });
        await app.StartAsync(Cancellation);
        return app;
    }

    private static Task<HttpResponseMessage> PostAsync(WebApplication app, string body, string contentType) =>
        app.GetTestClient().PostAsync(new Uri("/", UriKind.Relative), new StringContent(body, Encoding.UTF8, contentType), Cancellation);
}
