using Google.Rpc;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.State;

/// <summary>How the state API words its refusals.</summary>
internal static class StateErrors
{
    public static ApiException NotConfigured(string store, string? appId) => new(
        "ERR_STATE_STORE_NOT_CONFIGURED", 500, StatusCode.FailedPrecondition, $"state store {store} is not configured")
    {
        HttpDetails = [ApiException.Info("DAPR_STATE_NOT_CONFIGURED", AppId(appId))],
        GrpcDetails = [ApiException.Info("DAPR_STATE_NOT_CONFIGURED")],
    };

    public static ApiException NotFound(string store, string? appId) => new(
        "ERR_STATE_STORE_NOT_FOUND", 400, StatusCode.InvalidArgument, $"state store {store} is not found")
    {
        HttpDetails = [ApiException.Info("DAPR_STATE_NOT_FOUND", AppId(appId))],
        GrpcDetails = [ApiException.Info("DAPR_STATE_NOT_FOUND")],
    };

    /// <param name="inTransaction">Then the HTTP answer does not name the field.</param>
    public static ApiException IllegalKey(string key, string store, bool inTransaction = false)
    {
        var message = $"input key/keyPrefix '{key}' can't contain '{KeyPrefix.Separator}'";
        var httpMessage = "api error: code = InvalidArgument desc = " + message;
        return new ApiException("ERR_MALFORMED_REQUEST", 400, StatusCode.InvalidArgument, message)
        {
            HttpMessage = httpMessage,
            HttpDetails = Details(httpMessage, inTransaction ? "" : key),
            GrpcDetails = Details(message, key),
        };

        IReadOnlyList<Google.Protobuf.IMessage> Details(string description, string field) =>
        [
            new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = description } } },
            new ResourceInfo { ResourceType = "state", ResourceName = store },
            ApiException.Info("DAPR_STATE_ILLEGAL_KEY"),
        ];
    }

    public static ApiException Get(string key, string store, StateStoreException e) => new(
        "ERR_STATE_GET", 500, StatusCode.Internal, $"fail to get {key} from state store {store}: {e.Message}");

    public static ApiException GetBulk(StateStoreException e) => new(
        "ERR_STATE_BULK_GET", 500, e.IsTimeout ? StatusCode.DeadlineExceeded : StatusCode.Unknown, e.Message)
    {
        GrpcDetails = [],
    };

    public static ApiException Save(string store, StateStoreException e) => Write(
        "ERR_STATE_SAVE", $"failed saving state in state store {store}: {e.Message}", e);

    public static ApiException Delete(string key, StateStoreException e) => Write(
        "ERR_STATE_DELETE", $"failed deleting state with key {key}: {e.Message}", e);

    public static ApiException BulkDelete(string store, StateStoreException e) => Write(
        "ERR_STATE_BULK_DELETE", $"failed deleting state in state store {store}: {e.Message}", e);

    // Any failure of a transaction is Internal, a taken ETag too.
    public static ApiException Transaction(string message) => new(
        "ERR_STATE_TRANSACTION", 500, StatusCode.Internal, $"error while executing state transaction: {message}");

    public static ApiException UnknownOperation(string operation) => new(
        "ERR_NOT_SUPPORTED_STATE_OPERATION", 400, StatusCode.Unimplemented, $"operation type {operation} not supported");

    public static ApiException NoQuery(string store)
    {
        IReadOnlyList<Google.Protobuf.IMessage> details =
            [new ResourceInfo { ResourceType = "state", ResourceName = store }, ApiException.Info("DAPR_STATE_QUERYING_NOT_SUPPORTED")];
        return new ApiException("ERR_STATE_STORE_NOT_SUPPORTED", 500, StatusCode.Internal, "state store does not support querying")
        {
            HttpDetails = details,
            GrpcDetails = details,
        };
    }

    public static ApiException EmptyKey() => new("ERR_STATE_SAVE", 400, StatusCode.InvalidArgument, "state key cannot be empty");

    public static ApiException Malformed(string message) => new("ERR_MALFORMED_REQUEST", 400, StatusCode.InvalidArgument, message);

    private static Dictionary<string, string>? AppId(string? appId) => appId is null ? null : new Dictionary<string, string> { ["appID"] = appId };

    private static ApiException Write(string code, string message, StateStoreException e) => e.IsETagMismatch
        ? new ApiException(code, 409, StatusCode.Aborted, message)
        : e.IsInvalidETag ? new ApiException(code, 400, StatusCode.InvalidArgument, message)
        : new ApiException(code, 500, StatusCode.Internal, message);
}
