using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using OpsMesh.Sidecar.Hosting;
using OpsMesh.Sidecar.Tracing;
using EntryStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;

namespace OpsMesh.Sidecar.PubSub;

/// <summary>Calls OnBulkTopicEvent of an application that speaks gRPC, or the method of that name before the API was stable.</summary>
internal sealed class GrpcBulkSender(AppPlan app, AppCallback.AppCallbackClient callback, AppCallbackAlpha.AppCallbackAlphaClient older) : IBulkSender
{
    public async Task<IReadOnlyList<DeliveryResult>> SendAsync(
        IReadOnlyList<BulkItem> items, AppSubscription subscription, string path, CancellationToken cancellationToken)
    {
        var request = new TopicEventBulkRequest
        {
            Id = Guid.NewGuid().ToString("D"),
            Topic = subscription.Topic,
            PubsubName = subscription.PubSub,
            Type = "com.dapr.event.sent.bulk",
            Path = path,
            Metadata = { ["pubsubName"] = subscription.PubSub },
        };
        foreach (var item in items)
        {
            if (ToEntry(item, subscription) is { } entry)
            {
                request.Entries.Add(entry);
            }
        }

        var headers = Headers(items, subscription);
        try
        {
            return OutcomesOf(await callback.OnBulkTopicEventAsync(request, headers, cancellationToken: cancellationToken), items);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return await SendToOlderAsync(request, headers, items, cancellationToken);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return All(items, DeliveryResult.Failed with { GrpcStatus = (int)e.StatusCode });
        }
    }

    private async Task<IReadOnlyList<DeliveryResult>> SendToOlderAsync(
        TopicEventBulkRequest request, Metadata headers, IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        try
        {
#pragma warning disable CS0612, CS0618 // Applications built before the API was stable serve only this one.
            return OutcomesOf(await older.OnBulkTopicEventAlpha1Async(request, headers, cancellationToken: cancellationToken), items);
#pragma warning restore CS0612, CS0618
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return All(items, DeliveryResult.Handled);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return All(items, DeliveryResult.Failed with { GrpcStatus = (int)e.StatusCode });
        }
    }

    private Metadata Headers(IReadOnlyList<BulkItem> items, AppSubscription subscription)
    {
        var headers = AppHeaders.Create(app);
        headers.Add("pubsubname", subscription.PubSub);
        if (!subscription.IsRaw && items[0].Received.TraceParent is { } traceParent)
        {
            headers.Add("traceparent", traceParent);
            headers.Add(BinaryContext.Header, BinaryContext.FromTraceParent(traceParent));
        }

        return headers;
    }

    /// <returns>Null when the data do not fit their content type; the entry is then not sent and counts as failed.</returns>
    private static TopicEventBulkRequestEntry? ToEntry(BulkItem item, AppSubscription subscription)
    {
        var entry = new TopicEventBulkRequestEntry { EntryId = item.Id };
        entry.Metadata.Add(item.Received.Message.Metadata.ToDictionary());
        if (subscription.IsRaw)
        {
            entry.Bytes = ByteString.CopyFrom(item.Received.Message.Data.Span);
            return entry;
        }

        if (TopicEvents.ToRequest(item.Received, subscription, "") is not { } single)
        {
            return null;
        }

        entry.CloudEvent = new TopicEventCERequest
        {
            Id = single.Id,
            Source = single.Source,
            Type = single.Type,
            SpecVersion = single.SpecVersion,
            DataContentType = single.DataContentType,
            Data = single.Data,
            Extensions = single.Extensions,
        };
        return entry;
    }

    private static DeliveryResult[] OutcomesOf(TopicEventBulkResponse answer, IReadOnlyList<BulkItem> items)
    {
        var statuses = new Dictionary<string, EntryStatus>(StringComparer.Ordinal);
        foreach (var status in answer.Statuses)
        {
            statuses[status.EntryId] = status.Status;
        }

        return
        [
            .. items.Select(i => !statuses.TryGetValue(i.Id, out var status) ? DeliveryResult.Failed : status switch
            {
                EntryStatus.Success => DeliveryResult.Handled,
                EntryStatus.Drop => DeliveryResult.Dropped,
                _ => DeliveryResult.Failed,
            }),
        ];
    }

    private static DeliveryResult[] All(IReadOnlyList<BulkItem> items, DeliveryResult result) => [.. items.Select(_ => result)];
}
