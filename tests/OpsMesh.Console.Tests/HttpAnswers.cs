using System.Net;
using System.Text.Json.Nodes;

namespace OpsMesh.Console;

internal static class HttpAnswers
{
    public static async Task<JsonObject> JsonAsync(this Task<HttpResponseMessage> answer)
    {
        using var response = await answer;
        return (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Asserts a problem with this status and reason, and answers it.</summary>
    public static async Task<JsonObject> ProblemAsync(this Task<HttpResponseMessage> answer, HttpStatusCode status, string reason)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = (JsonObject)JsonNode.Parse(text)!;
        Assert.Equal(reason, problem["reason"]?.GetValue<string>());
        Assert.Equal((int)status, problem["status"]?.GetValue<int>());
        Assert.Equal(32, problem["trace_id"]?.GetValue<string>().Length);
        return problem;
    }
}
