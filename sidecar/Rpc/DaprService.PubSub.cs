using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Errors;
using OpsMesh.Sidecar.PubSub;

namespace OpsMesh.Sidecar.Rpc;

internal sealed partial class DaprService
{
    public override Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
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
                StateOf(http))
            {
                IsOverGrpc = true,
            },
            context.CancellationToken);
        return Nothing;
    });

    public override Task<BulkPublishResponse> BulkPublishEvent(BulkPublishRequest request, ServerCallContext context) => AnswerAsync(context, async () =>
    {
        var http = context.GetHttpContext();
        var entries = request.Entries.Select(e => new BulkEntry(e.EntryId, e.Event.Memory, e.ContentType, e.Metadata.AsReadOnly())).ToArray();
        var failed = await AppOf(context).PubSub.PublishAsync(
            new BulkPublish(request.PubsubName, request.Topic, entries, request.Metadata.AsReadOnly(), tracing.ParentOf(http), StateOf(http))
            {
                IsOverGrpc = true,
            },
            context.CancellationToken);

        // A status leaves no room for the entries: the caller learns that something failed, and of the first why.
        return failed is [var (_, problem), ..] ? throw PubSubErrors.NotPublished(request.PubsubName, request.Topic, problem) : new BulkPublishResponse();
    });

    [Obsolete("The name before the API was stable; clients still use it.")]
    public override Task<BulkPublishResponse> BulkPublishEventAlpha1(BulkPublishRequest request, ServerCallContext context) =>
        BulkPublishEvent(request, context);

    public override async Task SubscribeTopicEventsAlpha1(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requestStream,
        IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> responseStream,
        ServerCallContext context)
    {
        try
        {
            await streams.RunAsync(AppOf(context), requestStream, responseStream, end.Stopping, context.CancellationToken);
        }
        catch (ApiException e)
        {
            throw e.ToRpcException();
        }
    }

    /// <summary>The header is not looked at over gRPC; only a span of our own carries a state.</summary>
    private string StateOf(HttpContext context) => tracing.IsOn ? tracing.StateOf(context) : "";
}
