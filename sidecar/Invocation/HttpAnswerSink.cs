using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Sidecar.Invocation;

/// <summary>Answers a caller over HTTP. Bodies pass as they come, so that server-sent events do not wait for more.</summary>
internal sealed class HttpAnswerSink(HttpContext context) : IAnswerSink
{
    private const string PlainText = "text/plain; charset=utf-8";
    private static readonly JsonFormatter StatusFormat = new(JsonFormatter.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    public bool HasStarted => context.Response.HasStarted;

    public async Task WriteAsync(InvocationAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Refusal is { } refusal)
        {
            context.Response.StatusCode = HttpCodes.FromGrpc(refusal.StatusCode);
            context.Response.ContentType = PlainText;
            await context.Response.WriteAsync(Json(refusal), cancellationToken);
            return;
        }

        context.Response.StatusCode = answer.HttpStatus > 0 ? answer.HttpStatus : StatusCodes.Status200OK;
        foreach (var (name, values) in InvocationHeaders.ToHttp(answer))
        {
            context.Response.Headers[name] = values;
        }

        if (answer.ContentType.Length > 0)
        {
            context.Response.ContentType = answer.ContentType;
        }

        await CopyAsync(answer, cancellationToken);
    }

    private async Task CopyAsync(InvocationAnswer answer, CancellationToken cancellationToken)
    {
        var writer = context.Response.BodyWriter;
        try
        {
            int count;
            while ((count = await answer.Body.ReadAsync(writer.GetMemory(4_096), cancellationToken)) > 0)
            {
                if (!context.Response.HasStarted && answer.ContentType.Length == 0)
                {
                    context.Response.ContentType = TypeOf(writer.GetMemory(4_096).Span[..count]);
                }

                writer.Advance(count);
                await writer.FlushAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            // An application that breaks off: daprd's caller sees a short answer that ends well.
        }
    }

    /// <summary>What Go finds out of the beginning of a body, as far as it matters: text or not.</summary>
    private static string TypeOf(ReadOnlySpan<byte> head)
    {
        foreach (var b in head[..Math.Min(512, head.Length)])
        {
            if (b is < 0x09 or 0x0B or (> 0x0D and < 0x1B) or (> 0x1B and < 0x20))
            {
                return "application/octet-stream";
            }
        }

        return PlainText;
    }

    private static string Json(RpcException refusal)
    {
        var status = new Google.Rpc.Status { Code = (int)refusal.StatusCode, Message = refusal.Status.Detail };
        if (refusal.Trailers.GetValueBytes("grpc-status-details-bin") is { } details)
        {
            try
            {
                return StatusFormat.Format(Google.Rpc.Status.Parser.ParseFrom(details));
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
            {
                // Details of a type that is known to the application only.
            }
        }

        return StatusFormat.Format(status);
    }
}
