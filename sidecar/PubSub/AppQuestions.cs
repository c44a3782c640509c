using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>What a sidecar asks an application that speaks HTTP when it starts.</summary>
internal static class AppQuestions
{
    public static HttpRequestMessage Get(AppPlan app, AppChannel channel, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(channel.BaseAddress, path)) { Content = new ByteArrayContent([]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TryAddWithoutValidation("Dapr-App-Id", app.AppId);
        if (app.AppApiToken is { } token)
        {
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        }

        return request;
    }

    /// <summary>Its answer tells of actors, which this sidecar does not have; but applications may count on being asked.</summary>
    public static async Task AskForConfigAsync(AppPlan app, AppChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Get(app, channel, "dapr/config");
            request.Headers.TryAddWithoutValidation("accept-encoding", "gzip");
            using var response = await channel.Invoker.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            // No answer is a fine answer.
        }
    }
}
