using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OpsMesh.Console.Problems;

internal static class ProblemResponses
{
    /// <summary>Answers the problem, with the trace of this request unless the problem brings one.</summary>
    public static Task WriteProblemAsync(this HttpContext context, Problem problem)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = Problem.ContentType;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfterMs is { } delay)
        {
            response.Headers.RetryAfter = Math.Max(1, (delay + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        return response.WriteAsync(problem.WithTrace().ToJson(), context.RequestAborted);
    }

    public static Problem WithTrace(this Problem problem) => problem with { TraceId = problem.TraceId ?? Activity.Current?.TraceId.ToHexString() };

    public static string ToJson(this Problem problem) => JsonSerializer.Serialize(problem);
}
