using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Console.Traces;

/// <summary>
/// What a page asks again and again is not worth a trace: a day of polling would push every click out of the buffer. The page says so
/// itself; nothing below such a request is recorded either. The same goes for the files of the page.
/// </summary>
internal sealed class QuietPolls(RequestDelegate next)
{
    public const string Header = "opsmesh-poll";

    public Task InvokeAsync(HttpContext context)
    {
        var quiet = context.Request.Headers.ContainsKey(Header) || !context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        if (quiet && context.Features.Get<IHttpActivityFeature>()?.Activity is { } activity)
        {
            activity.IsAllDataRequested = false;
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        return next(context);
    }
}
