using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Sidecar.Errors;

/// <summary>A refusal of the Dapr API, in the words of both protocols.</summary>
internal sealed class ApiException(string errorCode, int httpStatus, StatusCode grpcCode, string message) : Exception(message)
{
    public string ErrorCode => errorCode;

    public int HttpStatus => httpStatus;

    public StatusCode GrpcCode => grpcCode;

    /// <summary>Where daprd words the HTTP answer differently.</summary>
    public string? HttpMessage { get; init; }

    /// <summary>Details of the HTTP answer; null: the short form with code and message only.</summary>
    public IReadOnlyList<IMessage>? HttpDetails { get; init; }

    /// <summary>Details of the gRPC status; null: one ErrorInfo whose reason is the error code.</summary>
    public IReadOnlyList<IMessage>? GrpcDetails { get; init; }

    /// <summary>An ErrorInfo without metadata has <c>{}</c> in JSON instead of null.</summary>
    public bool WritesEmptyMetadata { get; init; }

    public IReadOnlyList<IMessage> EffectiveGrpcDetails => GrpcDetails ?? [Info(errorCode)];

    public static ErrorInfo Info(string reason, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var info = new ErrorInfo { Reason = reason, Domain = "dapr.io" };
        foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
        {
            info.Metadata.Add(name, value);
        }

        return info;
    }
}
