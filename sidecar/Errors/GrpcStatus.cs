using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace OpsMesh.Sidecar.Errors;

/// <summary>Writes a refusal as a gRPC status, with its details in the trailers.</summary>
internal static class GrpcStatus
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    public static RpcException ToRpcException(this ApiException error)
    {
        var status = new Status(error.GrpcCode, error.Message);
        var details = error.EffectiveGrpcDetails;
        return details.Count == 0
            ? new RpcException(status)
            : new RpcException(status, new Metadata { { DetailsTrailer, Details(error.GrpcCode, error.Message, details) } });
    }

    /// <summary>Ends a call that no gRPC method handles, in one frame of headers.</summary>
    public static void WriteTrailersOnly(HttpContext context, StatusCode code, string message, params IReadOnlyList<IMessage> details)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = PercentEncoding.Encode(message);
        if (details.Count > 0)
        {
            response.Headers[DetailsTrailer] = Convert.ToBase64String(Details(code, message, details)).TrimEnd('=');
        }
    }

    private static byte[] Details(StatusCode code, string message, IReadOnlyList<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.AddRange(details.Select(d => Any.Pack(d)));
        return status.ToByteArray();
    }
}
