namespace OpsMesh.Sidecar.Http;

/// <summary>Request line and headers together may be as long as --read-buffer-size and about 4 KiB more. The gRPC port has no such limit.</summary>
internal static class HeaderLimit
{
    private const int Slack = 4096;
    private const string Refusal = "431 Request Header Fields Too Large";

    public static bool Exceeds(HttpRequest request, string target, int limit)
    {
        var size = request.Method.Length + target.Length + " HTTP/1.1  \r\n".Length;
        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0) + ": \r\n".Length;
            }
        }

        return size > limit + Slack;
    }

    public static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status431RequestHeaderFieldsTooLarge;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.Connection = "close";
        context.Response.ContentLength = Refusal.Length;
        return context.Response.WriteAsync(Refusal, context.RequestAborted);
    }
}
