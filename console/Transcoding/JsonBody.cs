using System.Buffers;

namespace OpsMesh.Console.Transcoding;

internal static class JsonBody
{
    /// <returns>Empty when there is no body; refused when it is not JSON or larger than <paramref name="limit"/> bytes.</returns>
    public static async Task<Outcome<ReadOnlyMemory<byte>>> ReadAsync(HttpContext context, long limit)
    {
        var request = context.Request;
        if (request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(4096), context.RequestAborted);
            if (read == 0)
            {
                break;
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > limit)
            {
                return TooLarge(limit);
            }
        }

        if (buffer.WrittenCount > 0 && !request.HasJsonContentType())
        {
            return new Failure(FailureKind.Invalid, Reasons.FieldFormat, "The body must be application/json.") { Field = "content-type" };
        }

        return buffer.WrittenMemory;
    }

    private static Failure TooLarge(long limit) => new(FailureKind.Busy, Reasons.MessageTooLarge, $"The body is larger than {limit} bytes.") { Field = "body" };
}
