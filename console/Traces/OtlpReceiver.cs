using System.Buffers;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;

namespace OpsMesh.Console.Traces;

/// <summary>POST /v1/traces of OTLP/HTTP with protobuf bodies, from this machine only: it knows no credentials.</summary>
internal sealed class OtlpReceiver(SpanBuffer buffer)
{
    public const string Path = "/v1/traces";
    private const string Protobuf = "application/x-protobuf";
    private const int ChunkBytes = 16 * 1024;
    private const int MostBytes = 16 * 1024 * 1024;

    public async Task ReceiveAsync(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } peer || !IPAddress.IsLoopback(peer))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (context.Request.ContentType != Protobuf || context.Request.Headers.ContentEncoding.ToString() is not ("" or "identity" or "gzip"))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        try
        {
            if (await ReadAsync(context) is not { } body)
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            await TakeAsync(context, ExportTraceServiceRequest.Parser.ParseFrom(body.Span));
        }
        catch (Exception unreadable) when (unreadable is InvalidProtocolBufferException or InvalidDataException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    private async Task TakeAsync(HttpContext context, ExportTraceServiceRequest request)
    {
        var (spans, rejected) = OtlpSpans.Read(request);
        buffer.Add(spans);
        var answer = new ExportTraceServiceResponse();
        if (rejected > 0)
        {
            answer.PartialSuccess = new ExportTracePartialSuccess { RejectedSpans = rejected, ErrorMessage = "A trace id has 16 bytes and a span id 8." };
        }

        context.Response.ContentType = Protobuf;
        await context.Response.Body.WriteAsync(answer.ToByteArray(), context.RequestAborted);
    }

    /// <returns>Null when it inflates beyond the limit.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        var zipped = context.Request.Headers.ContentEncoding == "gzip";
        await using var source = zipped ? new GZipStream(context.Request.Body, CompressionMode.Decompress) : context.Request.Body;
        var target = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await source.ReadAsync(target.GetMemory(ChunkBytes), context.RequestAborted)) > 0)
        {
            target.Advance(read);
            if (target.WrittenCount > MostBytes)
            {
                return null;
            }
        }

        return target.WrittenMemory;
    }
}
