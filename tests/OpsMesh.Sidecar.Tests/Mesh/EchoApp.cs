using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OpsMesh.Sidecar.Tests.Echo;

namespace OpsMesh.Sidecar.Tests.Mesh;

/// <summary>What the gRPC application of the tests saw and how it answers events.</summary>
internal sealed class EchoApp
{
    public Channel<(TopicEventRequest Event, Metadata Headers)> Events { get; } =
        Channel.CreateBounded<(TopicEventRequest, Metadata)>(100);

    /// <summary>Deliveries of the topic <c>flaky</c>, by event id.</summary>
    public ConcurrentDictionary<string, int> Attempts { get; } = new(StringComparer.Ordinal);

    /// <summary>Headers of the last call, by its method.</summary>
    public ConcurrentDictionary<string, Metadata> Headers { get; } = new(StringComparer.Ordinal);

    public TaskCompletionSource Cancelled { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

internal sealed class EchoService(EchoApp app) : Echo.Echo.EchoBase
{
    public override async Task<Msg> Unary(Msg request, ServerCallContext context)
    {
        app.Headers["Unary"] = context.RequestHeaders;
        context.ResponseTrailers.Add("x-trailer", "t1");
        context.ResponseTrailers.Add("x-trailer-bin", [1, 2, 255]);
        switch (request.Text)
        {
            case "fail":
                throw new RpcException(new Status(StatusCode.NotFound, "no such thing: ü%"));
            case "hang":
                await HangAsync(context);
                break;
            case "headers":
                await context.WriteResponseHeadersAsync(new Metadata { { "x-header", "h1" } });
                break;
        }

        return new Msg { Text = "Unary:" + request.Text, N = request.N + 1, Data = request.Data };
    }

    public override async Task ServerStream(Msg request, IServerStreamWriter<Msg> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.N; i++)
        {
            await responseStream.WriteAsync(new Msg { Text = "s" + i, N = i, Data = request.Data }, context.CancellationToken);
        }

        context.ResponseTrailers.Add("x-count", request.N.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (request.Text == "fail")
        {
            throw new RpcException(new Status(StatusCode.DataLoss, "after all messages"));
        }

        if (request.Text == "hang")
        {
            await HangAsync(context);
        }
    }

    public override async Task<Msg> ClientStream(IAsyncStreamReader<Msg> requestStream, ServerCallContext context)
    {
        var count = 0;
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
        {
            count += message.N;
        }

        return new Msg { Text = "ClientStream", N = count };
    }

    public override async Task Bidi(IAsyncStreamReader<Msg> requestStream, IServerStreamWriter<Msg> responseStream, ServerCallContext context)
    {
        await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
        {
            await responseStream.WriteAsync(new Msg { Text = "echo:" + message.Text, N = message.N }, context.CancellationToken);
        }
    }

    private async Task HangAsync(ServerCallContext context)
    {
        using var registration = context.CancellationToken.Register(() => app.Cancelled.TrySetResult());
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
    }
}

internal sealed class CallbackService(EchoApp app) : AppCallback.AppCallbackBase
{
    public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(Empty request, ServerCallContext context) => Task.FromResult(
        new ListTopicSubscriptionsResponse
        {
            Subscriptions =
            {
                new TopicSubscription { PubsubName = "pubsub", Topic = "to-grpc", Routes = new TopicRoutes { Default = "/on-grpc" } },
                new TopicSubscription { PubsubName = "pubsub", Topic = "flaky", DeadLetterTopic = "flaky.dead" },
                new TopicSubscription { PubsubName = "pubsub", Topic = "flaky.dead" },
            },
        });

    public override async Task<TopicEventResponse> OnTopicEvent(TopicEventRequest request, ServerCallContext context)
    {
        if (request.Topic == "flaky")
        {
            app.Attempts.AddOrUpdate(request.Id, 1, (_, n) => n + 1);
            return new TopicEventResponse { Status = TopicEventResponse.Types.TopicEventResponseStatus.Retry };
        }

        await app.Events.Writer.WriteAsync((request, context.RequestHeaders), context.CancellationToken);
        return new TopicEventResponse();
    }
}
