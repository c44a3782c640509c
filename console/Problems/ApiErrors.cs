using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using OpsMesh.Console.Traces;

namespace OpsMesh.Console.Problems;

/// <summary>Whatever goes wrong outside the page becomes a problem, also what routing and Kestrel refuse: no stack trace leaves this process.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, ILogger<ApiErrors> logger)
{
    public const string TraceHeader = "opsmesh-trace";

    [SuppressMessage("Design", "CA1031", Justification = "The outermost place: a bug becomes an answer with a trace id, logged once.")]
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && context.Request.Path != OtlpReceiver.Path)
        {
            await next(context);
            return;
        }

        if (Activity.Current is { } activity)
        {
            context.Response.Headers[TraceHeader] = activity.TraceId.ToHexString();
        }

        Problem problem;
        try
        {
            await next(context);
            if (context.Response is { HasStarted: true } or { StatusCode: < 400 } or { ContentLength: not null } or { ContentType: not null })
            {
                return;
            }

            problem = Unrouted(context);
        }
        catch (RpcException exception)
        {
            problem = exception.ToProblem();
        }
        catch (BadHttpRequestException exception)
        {
            problem = Problem.Of(exception.StatusCode, exception.StatusCode == 413 ? Reasons.MessageTooLarge : Reasons.FieldFormat, exception.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            LogFailed(exception, context.Request.Method, context.Request.Path);
            problem = Problem.Of(StatusCodes.Status500InternalServerError, "INTERNAL", "Internal error; the console's log has it under this trace.");
        }

        if (!context.Response.HasStarted)
        {
            await context.WriteProblemAsync(problem);
        }
    }

    private static Problem Unrouted(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problem.Of(404, Reasons.ObjectUnknown, $"There is nothing at {context.Request.Path}."),
        StatusCodes.Status405MethodNotAllowed => Problem.Of(405, Reasons.OperationUnknown, $"{context.Request.Method} does not work on {context.Request.Path}."),
        StatusCodes.Status413PayloadTooLarge => Problem.Of(413, Reasons.MessageTooLarge, "The body is too large."),
        var status => Problem.Of(status, Reasons.FieldFormat, "The request cannot be read."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailed(Exception exception, string method, string path);
}
