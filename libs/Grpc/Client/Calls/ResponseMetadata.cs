using System.Globalization;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>Reads response headers and trailers as gRPC has them.</summary>
internal static class ResponseMetadata
{
    public static Metadata Of(HttpHeaders headers)
    {
        var metadata = new Metadata();
        try
        {
            foreach (var (name, values) in headers.NonValidated)
            {
                foreach (var value in values)
                {
                    MetadataWire.Add(metadata, name, value);
                }
            }
        }
        catch (FormatException malformed)
        {
            throw new RpcException(new(StatusCode.Internal, $"Bad gRPC response. {malformed.Message}"));
        }

        return metadata;
    }

    /// <summary>Finds a bad value now, so that metadata can be made later, or never.</summary>
    /// <exception cref="RpcException">A "-bin" value is not base64.</exception>
    public static void Check(HttpHeaders headers)
    {
        foreach (var (name, _) in headers.NonValidated)
        {
            if (Metadata.Entry.HasBinarySuffix(name))
            {
                Of(headers);
                return;
            }
        }
    }

    public static bool TryGetStatus(HttpHeaders headers, out Status status)
    {
        status = default;
        if (!headers.NonValidated.TryGetValues(GrpcHeaders.Status, out var values))
        {
            return false;
        }

        var text = values.ToString();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            status = new(StatusCode.Unknown, $"Unexpected grpc-status value: {text}");
            return true;
        }

        var detail = headers.NonValidated.TryGetValues(GrpcHeaders.Message, out var message) ? PercentEncoding.Decode(message.ToString()) : "";
        status = new((StatusCode)code, detail);
        return true;
    }

    public static string? Single(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
