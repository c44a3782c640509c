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

    public static string? Single(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
