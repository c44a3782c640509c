using System.Globalization;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Calls;

/// <summary>What headers or trailers say to the library itself, found in one pass over them.</summary>
internal readonly struct ProtocolFields
{
    private readonly string? _status;
    private readonly string? _message;

    /// <exception cref="RpcException">A "-bin" value is not base64: found now, so that metadata can be made later, or never.</exception>
    public ProtocolFields(HttpHeaders headers)
    {
        var hasBinary = false;
        foreach (var (name, values) in headers.NonValidated)
        {
            switch (name.Length)
            {
                case 11 when Is(name, GrpcHeaders.Status):
                    _status = values.ToString();
                    break;
                case 12 when Is(name, GrpcHeaders.Message):
                    _message = values.ToString();
                    break;
                case 13 when Is(name, GrpcHeaders.Encoding):
                    Encoding = values.ToString();
                    break;
                case > 4 when name[^4] == '-':
                    hasBinary |= Metadata.Entry.HasBinarySuffix(name);
                    break;
            }
        }

        if (hasBinary)
        {
            ResponseMetadata.Of(headers);
        }
    }

    public string? Encoding { get; }

    /// <returns>Null when there is no grpc-status.</returns>
    public Status? Status()
    {
        if (_status is null)
        {
            return null;
        }

        return int.TryParse(_status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= (int)StatusCode.Unauthenticated
            ? new((StatusCode)code, _message is null ? "" : PercentEncoding.Decode(_message))
            : new(StatusCode.Unknown, $"Unexpected grpc-status value: {_status}");
    }

    private static bool Is(string name, string known) => name == known || string.Equals(name, known, StringComparison.OrdinalIgnoreCase);
}
