using System.Text;
using System.Threading.Channels;
using Dapr;
using Dapr.Messaging.PublishSubscribe;
using Dapr.Messaging.PublishSubscribe.Extensions;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace OpsMesh.Dapr.Tests.Messaging;

public sealed class StreamingSubscriptionTests(SidecarFixture sidecar)
{
    private const string PubSub = "pubsub";
    private static readonly MessageHandlingPolicy Patient = new(TimeSpan.FromSeconds(30), TopicResponseAction.Retry);

    private readonly Channel<TopicMessage> _seen = Channel.CreateBounded<TopicMessage>(100);
    private readonly Channel<DaprException> _told = Channel.CreateBounded<DaprException>(100);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_ArriveInTheirOrderWithTheirAttributes()
    {
        await using var subscription = await SubscribeAsync("ordered", new DaprSubscriptionOptions(Patient));
        for (var n = 0; n < 20; n++)
        {
            await sidecar.Client.PublishEventAsync(PubSub, "ordered", n, new Dictionary<string, string> { ["cloudevent.type"] = "numbered" }, Cancellation);
        }

        for (var n = 0; n < 20; n++)
        {
            var message = await _seen.Reader.ReadAsync(Cancellation);
            Assert.Equal($"{n}", Encoding.UTF8.GetString(message.Data.Span));
            Assert.Equal(("ordered", PubSub, "numbered", "application/json", "1.0"), (message.Topic, message.PubSubName, message.Type, message.DataContentType, message.SpecVersion));
            Assert.Equal("dapr-tests", message.Source);
            Assert.True(message.Extensions.ContainsKey("time"));
        }
    }

    [Fact]
    public async Task FailingAndSlowHandlers_DecideByPolicyAndTheNextEventIsHandled()
    {
        var options = new DaprSubscriptionOptions(new MessageHandlingPolicy(TimeSpan.FromMilliseconds(100), TopicResponseAction.Drop))
        {
            DeadLetterTopic = "troubled.dead",
            ErrorHandler = problem => _told.Writer.WriteAsync(problem, Cancellation).AsTask(),
        };
        await using var dead = await SubscribeAsync("troubled.dead", new DaprSubscriptionOptions(Patient));
        await using var subscription = await sidecar.Subscriber.SubscribeAsync(PubSub, "troubled", options, async (message, due) =>
        {
            var text = Encoding.UTF8.GetString(message.Data.Span);
            if (text == "\"slow\"")
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, due);
            }

            return text == "\"bad\"" ? throw new InvalidOperationException("on purpose") : await KeepAsync(message, due);
        }, Cancellation);

        foreach (var text in (string[])["bad", "slow", "good"])
        {
            await sidecar.Client.PublishEventAsync(PubSub, "troubled", text, Cancellation);
        }

        var seen = new List<string>();
        while (seen.Count < 3)
        {
            var message = await _seen.Reader.ReadAsync(Cancellation);
            seen.Add($"{message.Topic} {Encoding.UTF8.GetString(message.Data.Span)}");
        }

        Assert.Equal(["troubled \"good\"", "troubled.dead \"bad\"", "troubled.dead \"slow\""], seen.Order(StringComparer.Ordinal));
        Assert.IsType<InvalidOperationException>((await _told.Reader.ReadAsync(Cancellation)).InnerException);
        Assert.False(_told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Disposing_AnswersForTheRunningHandlerAndEndsTheSubscription()
    {
        var handling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscription = await sidecar.Subscriber.SubscribeAsync(PubSub, "disposed", new DaprSubscriptionOptions(Patient), async (message, due) =>
        {
            handling.SetResult();
            await goOn.Task.WaitAsync(due);
            return TopicResponseAction.Success;
        }, Cancellation);
        await sidecar.Client.PublishEventAsync(PubSub, "disposed", 1, Cancellation);
        await handling.Task.WaitAsync(Cancellation);

        var disposing = subscription.DisposeAsync();
        goOn.SetResult();
        await disposing;
        await using var next = await SubscribeAsync("disposed", new DaprSubscriptionOptions(Patient));
        await sidecar.Client.PublishEventAsync(PubSub, "disposed", 2, Cancellation);

        Assert.Equal("2", Encoding.UTF8.GetString((await _seen.Reader.ReadAsync(Cancellation)).Data.Span));
    }

    [Fact]
    public async Task CancelledToken_EndsTheSubscriptionSilently()
    {
        using var ending = new CancellationTokenSource();
        var options = new DaprSubscriptionOptions(Patient) { ErrorHandler = problem => _told.Writer.WriteAsync(problem, Cancellation).AsTask() };
        var subscription = await sidecar.Subscriber.SubscribeAsync(PubSub, "cancelled", options, KeepAsync, ending.Token);

        await ending.CancelAsync();
        await subscription.DisposeAsync();

        Assert.False(_told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task UnknownBroker_IsRefusedWhereOneSubscribes()
    {
        var refused = await Assert.ThrowsAsync<DaprException>(() => sidecar.Subscriber.SubscribeAsync("nowhere", "t", new DaprSubscriptionOptions(Patient), KeepAsync, Cancellation));

        Assert.Equal(StatusCode.InvalidArgument, Assert.IsType<RpcException>(refused.InnerException).StatusCode);
    }

    [Fact]
    public async Task SidecarThatIsNotThere_IsSaidWhereOneSubscribes()
    {
        var services = new ServiceCollection();
        services.AddDaprPubSubClient((_, builder) => builder.UseGrpcEndpoint("http://127.0.0.1:1"));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<DaprPublishSubscribeClient>();

        var failure = await Assert.ThrowsAsync<DaprException>(() => client.SubscribeAsync(PubSub, "t", new DaprSubscriptionOptions(Patient), KeepAsync, Cancellation));

        Assert.Equal(StatusCode.Unavailable, Assert.IsType<RpcException>(failure.InnerException).StatusCode);
    }

    private Task<IAsyncDisposable> SubscribeAsync(string topic, DaprSubscriptionOptions options) =>
        sidecar.Subscriber.SubscribeAsync(PubSub, topic, options, KeepAsync, Cancellation);

    private async Task<TopicResponseAction> KeepAsync(TopicMessage message, CancellationToken due)
    {
        await _seen.Writer.WriteAsync(message, due);
        return TopicResponseAction.Success;
    }
}
