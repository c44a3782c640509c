using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>Looks at the first message of a call of the Dapr API before a method sees it, to refuse it in daprd's words.</summary>
internal static class GrpcMessageCheck
{
    private const int PrefixLength = 5;

    /// <returns>False: the call is refused and answered.</returns>
    public static async Task<bool> PassesAsync(HttpContext context, int maxBytes)
    {
        if (context.Request.Headers["grpc-encoding"] is [{ } encoding, ..] && encoding is not ("identity" or "gzip"))
        {
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"");
            return false;
        }

        var reader = context.Request.BodyReader;
        var read = await reader.ReadAtLeastAsync(PrefixLength, context.RequestAborted);
        if (read.Buffer.Length < PrefixLength)
        {
            reader.AdvanceTo(read.Buffer.Start);
            GrpcStatus.WriteTrailersOnly(context, StatusCode.Unknown, read.Buffer.IsEmpty ? "EOF" : "unexpected EOF");
            return false;
        }

        var prefix = new byte[PrefixLength];
        read.Buffer.Slice(0, PrefixLength).CopyTo(prefix);
        // Nothing is taken: the method reads it again.
        reader.AdvanceTo(read.Buffer.Start);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (length <= maxBytes)
        {
            return true;
        }

        GrpcStatus.WriteTrailersOnly(context, StatusCode.ResourceExhausted, string.Create(CultureInfo.InvariantCulture, $"grpc: received message larger than max ({length} vs. {maxBytes})"));
        return false;
    }
}
