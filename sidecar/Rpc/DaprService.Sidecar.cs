using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Introspection;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    public override Task<GetMetadataResponse> GetMetadata(GetMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(SidecarMetadata.Describe(AppOf(context)));

    public override Task<Empty> SetMetadata(SetMetadataRequest request, ServerCallContext context)
    {
        if (request.Key.Length > 0)
        {
            AppOf(context).Extended[request.Key] = request.Value;
        }

        return Task.FromResult(Nothing);
    }

    public override Task<Empty> Shutdown(ShutdownRequest request, ServerCallContext context)
    {
        end.ShutDown(AppOf(context));
        return Task.FromResult(Nothing);
    }

    public override Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context) => AnswerAsync(
        context,
        () => Task.FromResult(new GetSecretResponse { Data = { AppOf(context).Secrets.Get(request.StoreName, request.Key).ToDictionary() } }));

    public override Task<GetBulkSecretResponse> GetBulkSecret(GetBulkSecretRequest request, ServerCallContext context) => AnswerAsync(context, () =>
    {
        var answer = new GetBulkSecretResponse();
        foreach (var (name, value) in AppOf(context).Secrets.GetAll(request.StoreName))
        {
            answer.Data.Add(name, new SecretResponse { Secrets = { value.ToDictionary() } });
        }

        return Task.FromResult(answer);
    });
}
