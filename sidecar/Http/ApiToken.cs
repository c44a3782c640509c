using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;

namespace OpsMesh.Sidecar.Http;

/// <summary>Checks <c>dapr-api-token</c>. Of several values the first counts.</summary>
internal static class ApiToken
{
    private const string Header = "dapr-api-token";

    public static bool Accepts(AppPlan app, IHeaderDictionary headers)
    {
        if (app.ApiToken is not { } expected)
        {
            return true;
        }

        var given = headers[Header] is [{ } first, ..] ? first : "";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
    }

    public static Task RefuseHttpAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync("invalid api token\n", context.RequestAborted);
    }

    public static void RefuseGrpc(HttpContext context)
    {
        var problem = context.Request.Headers.ContainsKey(Header)
            ? "authentication error: api token mismatch"
            : "missing api token in request metadata";
        var info = ApiException.Info("Unauthorized", new Dictionary<string, string> { ["http.code"] = "401", ["http.error_message"] = problem });
        GrpcStatus.WriteTrailersOnly(context, StatusCode.Unauthenticated, "Unauthorized", info);
    }
}
