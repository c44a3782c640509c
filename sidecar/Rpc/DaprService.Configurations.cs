using System.Threading.Channels;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    private const int WaitingUpdates = 256;

    public override Task<GetConfigurationResponse> GetConfiguration(GetConfigurationRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var answer = new GetConfigurationResponse();
        foreach (var (key, value) in await AppOf(context).Configurations.GetAsync(request.StoreName, request.Keys))
        {
            answer.Items.Add(key, new ConfigurationItem { Value = value.Value, Version = value.Version });
        }

        return answer;
    });

    public override Task<GetConfigurationResponse> GetConfigurationAlpha1(GetConfigurationRequest request, ServerCallContext context) =>
        GetConfiguration(request, context);

    public override Task SubscribeConfiguration(
        SubscribeConfigurationRequest request, IServerStreamWriter<SubscribeConfigurationResponse> responseStream, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var configurations = AppOf(context).Configurations;
        var updates = Channel.CreateBounded<SubscribeConfigurationResponse>(WaitingUpdates);
        // Ended by the client, by an unsubscribe, or with the process.
        await using var registration = context.CancellationToken.UnsafeRegister(_ => updates.Writer.TryComplete(), null);
        var id = await configurations.SubscribeAsync(request.StoreName, request.Keys, async (id, key, value) =>
        {
            var update = new SubscribeConfigurationResponse { Id = id };
            update.Items.Add(key, new ConfigurationItem { Value = value.Value ?? "", Version = value.Version ?? "" });
            await updates.Writer.WriteAsync(update, context.CancellationToken);
        }, () => updates.Writer.TryComplete());
        try
        {
            await responseStream.WriteAsync(new SubscribeConfigurationResponse { Id = id }, context.CancellationToken);
            await foreach (var update in updates.Reader.ReadAllAsync(CancellationToken.None))
            {
                await responseStream.WriteAsync(update, context.CancellationToken);
            }
        }
        finally
        {
            await configurations.UnsubscribeAsync(id);
        }

        return Nothing;
    });

    public override Task SubscribeConfigurationAlpha1(
        SubscribeConfigurationRequest request, IServerStreamWriter<SubscribeConfigurationResponse> responseStream, ServerCallContext context) =>
        SubscribeConfiguration(request, responseStream, context);

    /// <summary>The store is not looked at, as in daprd.</summary>
    public override async Task<UnsubscribeConfigurationResponse> UnsubscribeConfiguration(UnsubscribeConfigurationRequest request, ServerCallContext context) =>
        await AppOf(context).Configurations.UnsubscribeAsync(request.Id)
            ? new UnsubscribeConfigurationResponse { Ok = true }
            : new UnsubscribeConfigurationResponse { Message = $"failed to unsubscribe to configuration request {request.Id}: subscription does not exist" };

    public override Task<UnsubscribeConfigurationResponse> UnsubscribeConfigurationAlpha1(UnsubscribeConfigurationRequest request, ServerCallContext context) =>
        UnsubscribeConfiguration(request, context);
}
