namespace OpsMesh.Sidecar.Http;

/// <summary>Whole answers, with their length: the API never streams them.</summary>
internal static class Answers
{
    public static async Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }
}
