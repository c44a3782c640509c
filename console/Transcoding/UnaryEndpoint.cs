using OpsMesh.Console.Backends;
using OpsMesh.Console.Problems;

namespace OpsMesh.Console.Transcoding;

/// <summary>One request, one RPC, one JSON answer. Refusals of the service are made problems further out.</summary>
internal sealed class UnaryEndpoint(RequestReader reader, BackendCalls calls)
{
    public async Task AnswerAsync(HttpContext context, RestMethod method)
    {
        var read = await reader.ReadAsync(context, method);
        if (!read.Succeeded)
        {
            await context.WriteProblemAsync(Problem.Of(read.Failure));
            return;
        }

        var (request, headers) = read.Value;
        var answer = await calls.CallAsync(method.Descriptor, request, headers, context.RequestAborted);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(ProtoJson.Format(answer), context.RequestAborted);
    }
}
