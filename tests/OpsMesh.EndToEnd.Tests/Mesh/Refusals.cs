using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.EndToEnd.Mesh;

internal static class Refusals
{
    /// <summary>"PERMISSION_DENIED NODE_ID_MISMATCH": status and reason of a refusal.</summary>
    public static async Task<string> OfAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        var details = refusal.Trailers.GetValueBytes("grpc-status-details-bin");
        var reason = details is null ? refusal.Status.Detail : Google.Rpc.Status.Parser.ParseFrom(details).Details
            .First(detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason;
        return $"{refusal.StatusCode} {reason}";
    }
}
