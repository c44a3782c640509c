using Google.Rpc;
using Grpc.Core;

namespace OpsMesh.Daemon.Running;

internal static class RefusedCalls
{
    /// <summary>The reason with which a call was refused.</summary>
    public static async Task<(StatusCode Code, string Reason)> RefusalAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        var details = refused.Trailers.GetValueBytes("grpc-status-details-bin");
        var info = details is null ? null : Google.Rpc.Status.Parser.ParseFrom(details).Details
            .Where(d => d.Is(ErrorInfo.Descriptor)).Select(d => d.Unpack<ErrorInfo>()).FirstOrDefault();
        return (refused.StatusCode, info?.Reason ?? refused.Status.Detail);
    }
}
