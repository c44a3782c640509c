using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    public override Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var http = context.GetHttpContext();
        await AppOf(context).PubSub.PublishAsync(
            new PublishRequest(
                request.PubsubName,
                request.Topic,
                request.Data.Memory,
                request.DataContentType,
                request.Metadata.AsReadOnly(),
                tracing.ParentOf(http),
                tracing.StateOf(http)),
            context.CancellationToken);
        return Nothing;
    });

    public override Task<BulkPublishResponse> BulkPublishEvent(BulkPublishRequest request, ServerCallContext context) => AnswerAsync(async () =>
    {
        var http = context.GetHttpContext();
        var pubSub = AppOf(context).PubSub;
        foreach (var entry in request.Entries)
        {
            var metadata = new Dictionary<string, string>(request.Metadata.AsReadOnly(), StringComparer.Ordinal);
            foreach (var (name, value) in entry.Metadata)
            {
                metadata[name] = value;
            }

            await pubSub.PublishAsync(
                new PublishRequest(
                    request.PubsubName, request.Topic, entry.Event.Memory, entry.ContentType, metadata, tracing.ParentOf(http), tracing.StateOf(http)),
                context.CancellationToken);
        }

        return new BulkPublishResponse();
    });

    [Obsolete("The name before the API was stable; clients still use it.")]
    public override Task<BulkPublishResponse> BulkPublishEventAlpha1(BulkPublishRequest request, ServerCallContext context) =>
        BulkPublishEvent(request, context);
}
