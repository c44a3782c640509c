using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Apps;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Invocation;
using OpsMesh.Sidecar.PubSub;
using OpsMesh.Sidecar.Tracing;

namespace OpsMesh.Sidecar.Rpc;

/// <summary>The gRPC face of the Dapr API. What is not overridden answers UNIMPLEMENTED.</summary>
internal sealed partial class DaprService(SidecarTracing tracing, ProcessEnd end, StreamSession streams, Invoker invoker) : Dapr.Client.Autogen.Grpc.v1.Dapr.DaprBase
{
    private static readonly Empty Nothing = new();

    private static AppSidecar AppOf(ServerCallContext context) => context.GetHttpContext().GetApp();

    /// <summary>A refusal comes behind headers of its own, as in daprd: only what no method sees is a lone frame.</summary>
    private static async Task<T> AnswerAsync<T>(ServerCallContext context, Func<Task<T>> handle)
    {
        try
        {
            return await handle();
        }
        catch (ApiException e)
        {
            if (!context.GetHttpContext().Response.HasStarted)
            {
                await context.WriteResponseHeadersAsync([]);
            }

            throw e.ToRpcException();
        }
    }
}
