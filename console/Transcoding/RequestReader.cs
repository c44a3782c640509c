using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Console.Backends;
using OpsMesh.Console.Login;

namespace OpsMesh.Console.Transcoding;

/// <summary>From an HTTP request to the message and headers of its RPC.</summary>
internal sealed class RequestReader(NodeNames names)
{
    /// <summary>JSON needs more room than the message: names, quotes, escapes.</summary>
    private const int JsonOverhead = 4;
    private const int LeastBytes = 16 * 1024;
    private static readonly string[] Forwarded = ["opsmesh-approval"];

    public async Task<Outcome<(IMessage Request, Metadata Headers)>> ReadAsync(HttpContext context, RestMethod method)
    {
        var limit = Math.Max(LeastBytes, (long)method.Policy.MaxBytes * JsonOverhead);
        var body = await JsonBody.ReadAsync(context, limit);
        if (!body.Succeeded)
        {
            return body.Failure;
        }

        var path = method.Route.Variables.Select(name => KeyValuePair.Create(name, context.Request.RouteValues[name]?.ToString() ?? ""));
        var bound = RequestBinder.Bind(method, path, context.Request.Query, body.Value);
        if (!bound.Succeeded)
        {
            return bound.Failure;
        }

        var headers = HeadersOf(context);
        return await names.ResolveAsync(bound.Value, headers, context.RequestAborted) is { } refused ? refused : (bound.Value, headers);
    }

    private static Metadata HeadersOf(HttpContext context)
    {
        var headers = new Metadata { { "authorization", $"Bearer {context.GetCredential().Token}" } };
        foreach (var name in Forwarded)
        {
            if (context.Request.Headers[name] is [{ Length: > 0 } value])
            {
                headers.Add(name, value);
            }
        }

        return headers;
    }
}
