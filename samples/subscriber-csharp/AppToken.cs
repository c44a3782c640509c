using System.Security.Cryptography;
using System.Text;
using OpsMesh.Hosting;

namespace OpsMesh.Samples.Subscriber;

internal static class AppToken
{
    private const string Header = "dapr-api-token";

    /// <summary>Only its own sidecar may call the app port: the sidecar sends APP_API_TOKEN. Without a token nobody is let in.</summary>
    public static void UseAppToken(this WebApplication app, string? token) => app.Use((context, next) =>
    {
        if (context.GetArrival()?.Door != Door.App || IsRight(context.Request.Headers[Header].ToString(), token))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    });

    private static bool IsRight(string given, string? token) =>
        !string.IsNullOrEmpty(token) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
