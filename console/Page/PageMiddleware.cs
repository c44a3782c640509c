using System.Text;

namespace OpsMesh.Console.Page;

/// <summary>Serves the page. It holds no data: everything in it comes from the API.</summary>
internal sealed class PageMiddleware(RequestDelegate next, PageFiles files)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        var read = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var path = context.Request.Path.Value ?? "/";
        if (!read || context.GetEndpoint() is not null || path.StartsWith("/api/", StringComparison.Ordinal))
        {
            return next(context);
        }

        return (files.Find(path), path) switch
        {
            ({ } file, _) => WriteAsync(context, file),
            (null, "/") => WriteMissingAsync(context),
            _ => next(context),
        };
    }

    private static async Task WriteAsync(HttpContext context, PageFile file)
    {
        var response = context.Response;
        response.Headers.ETag = file.ETag;
        response.Headers.CacheControl = file.CacheControl;
        response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch == file.ETag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var zipped = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal);
        var bytes = zipped ? file.Gzip : file.Bytes;
        if (zipped)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        response.ContentType = file.ContentType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private static async Task WriteMissingAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.Body.WriteAsync(
            Encoding.UTF8.GetBytes("This console was built without its page (SkipWeb). The API is at /api/v1.\n"), context.RequestAborted);
    }
}
