using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace OpsMesh.Bench.Subjects.Serving;

/// <summary>
/// The limit: reads the request to its end and answers constant bytes with the flushes and the trailer that gRPC asks for, and does nothing
/// else. It checks nothing, parses nothing and makes no message.
/// </summary>
internal static class RawAnswers
{
    private const int Messages = 1_000;

    private static readonly byte[] Frame = BenchMessages.Frame(BenchMessages.Reply());

    public static async Task UnaryAsync(HttpContext http)
    {
        await ReadToEndAsync(http.Request.BodyReader);
        http.Response.ContentType = "application/grpc";
        Write(http.Response.BodyWriter);
        End(http);
    }

    public static async Task StreamAsync(HttpContext http)
    {
        await ReadToEndAsync(http.Request.BodyReader);
        http.Response.ContentType = "application/grpc";
        var writer = http.Response.BodyWriter;
        for (var sent = 0; sent < Messages; sent++)
        {
            Write(writer);
            await writer.FlushAsync();
        }

        End(http);
    }

    private static async ValueTask ReadToEndAsync(PipeReader reader)
    {
        while (true)
        {
            var result = await reader.ReadAsync();
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static void Write(PipeWriter writer)
    {
        Frame.CopyTo(writer.GetSpan(Frame.Length));
        writer.Advance(Frame.Length);
    }

    private static void End(HttpContext http) => http.Features.Get<IHttpResponseTrailersFeature>()!.Trailers.GrpcStatus = "0";
}
