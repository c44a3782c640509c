using Dapr.Client;
using Grpc.Core;
using Wire = Dapr.Client.Autogen.Grpc.v1;
using Callback = Dapr.AppCallback.Autogen.Grpc.v1;

namespace Dapr.Messaging.PublishSubscribe;

/// <summary>One streaming subscription: reads an event, lets it be handled, answers, reads the next.</summary>
internal sealed class TopicStream : IAsyncDisposable
{
    private readonly AsyncDuplexStreamingCall<Wire.SubscribeTopicEventsRequestAlpha1, Wire.SubscribeTopicEventsResponseAlpha1> _call;
    private readonly CancellationTokenSource _ending;
    private readonly DaprSubscriptionOptions _options;
    private readonly TopicMessageHandler _handler;
    private readonly Lock _gate = new();
    private readonly Task _loop;
    private bool _isHandling;
    private bool _isLeaving;

    private TopicStream(
        AsyncDuplexStreamingCall<Wire.SubscribeTopicEventsRequestAlpha1, Wire.SubscribeTopicEventsResponseAlpha1> call,
        CancellationTokenSource ending,
        DaprSubscriptionOptions options,
        TopicMessageHandler handler)
    {
        (_call, _ending, _options, _handler) = (call, ending, options, handler);
        _loop = RunAsync();
    }

    public static async Task<TopicStream> OpenAsync(
        Wire.Dapr.DaprClient client,
        string? token,
        string pubSubName,
        string topicName,
        DaprSubscriptionOptions options,
        TopicMessageHandler handler,
        CancellationToken cancellationToken)
    {
        var initial = new Wire.SubscribeTopicEventsRequestInitialAlpha1 { PubsubName = pubSubName, Topic = topicName };
        initial.Metadata.AddAll(options.Metadata);
        if (options.DeadLetterTopic is { } deadLetters)
        {
            initial.DeadLetterTopic = deadLetters;
        }

        var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = client.SubscribeTopicEventsAlpha1(new CallOptions(CallHeaders.Create(token), cancellationToken: ending.Token));
        try
        {
            await call.RequestStream.WriteAsync(new Wire.SubscribeTopicEventsRequestAlpha1 { InitialRequest = initial }, cancellationToken);
            // The official client does not wait for it, and what was refused shows nowhere but in its error handler.
            if (!await call.ResponseStream.MoveNext(cancellationToken))
            {
                throw new DaprException($"Subscribe operation failed: the sidecar ended the subscription of {topicName} at once.");
            }

            return new TopicStream(call, ending, options, handler);
        }
        catch (Exception e)
        {
            call.Dispose();
            ending.Dispose();
            throw e is RpcException refused ? Failed(refused) : e;
        }
    }

    /// <summary>Lets the running handler end and answers for it, then closes the stream, which the official client leaves open.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isHandling;
        lock (_gate)
        {
            (isHandling, _isLeaving) = (_isHandling, true);
        }

        using var limit = new CancellationTokenSource(_options.MaximumCleanupTimeout, TimeProvider.System);
        await using (limit.Token.UnsafeRegister(ending => ((CancellationTokenSource)ending!).Cancel(), _ending))
        {
            if (!isHandling)
            {
                await _ending.CancelAsync();
            }

            await _loop;
        }

        _call.Dispose();
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                if (_call.ResponseStream.Current.EventMessage is not { } message)
                {
                    continue;
                }

                if (!TryBegin())
                {
                    break;
                }

                var status = await HandleAsync(ToMessage(message));
                await _call.RequestStream.WriteAsync(Answer(message.Id, status), _ending.Token);
                if (!TryGoOn())
                {
                    break;
                }
            }

            await EndAsync();
        }
        catch (Exception e) when (_ending.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            // Asked to end.
        }
        catch (RpcException e)
        {
            await TellAsync(Failed(e));
        }
    }

    private bool TryBegin()
    {
        lock (_gate)
        {
            return _isHandling = !_isLeaving;
        }
    }

    private bool TryGoOn()
    {
        lock (_gate)
        {
            _isHandling = false;
            return !_isLeaving;
        }
    }

    /// <summary>Half-close: the sidecar reads every answer before it ends the subscription. A reset could overtake the last one.</summary>
    private async Task EndAsync()
    {
        if (!_isLeaving)
        {
            await TellAsync(new DaprException("Subscribe operation failed: the sidecar ended the subscription."));
            return;
        }

        await _call.RequestStream.CompleteAsync();
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                // Events from here on go to the next subscriber: nobody answered for them.
            }
        }
        catch (RpcException)
        {
            // daprd calls the half-close an error, "EOF".
        }
    }

    /// <summary>A handler that fails or takes too long decides as the policy says. The official client stops handling, and says so nowhere.</summary>
    private async Task<TopicResponseAction> HandleAsync(TopicMessage message)
    {
        var policy = _options.MessageHandlingPolicy;
        using var due = new CancellationTokenSource(policy.TimeoutDuration, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _ending.Token);
        try
        {
            return await _handler(message, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (due.IsCancellationRequested)
        {
            return policy.DefaultResponseAction;
        }
#pragma warning disable CA1031 // Whatever the handler throws: the next event has a right to be handled.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await TellAsync(new DaprException($"The handler of {message.Topic} failed on event {message.Id}. See InnerException for details.", e));
            return policy.DefaultResponseAction;
        }
    }

    private async Task TellAsync(DaprException problem)
    {
        try
        {
            await (_options.ErrorHandler?.Invoke(problem) ?? Task.CompletedTask);
        }
#pragma warning disable CA1031 // There is nobody left to tell.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static TopicMessage ToMessage(Callback.TopicEventRequest message) =>
        new(message.Id, message.Source, message.Type, message.SpecVersion, message.DataContentType, message.Topic, message.PubsubName)
        {
            Data = message.Data.Memory,
            Path = message.Path,
            Extensions = message.Extensions?.Fields.ToDictionary(e => e.Key, e => e.Value) ?? [],
        };

    private static Wire.SubscribeTopicEventsRequestAlpha1 Answer(string id, TopicResponseAction action) => new()
    {
        EventProcessed = new Wire.SubscribeTopicEventsRequestProcessedAlpha1
        {
            Id = id,
            Status = new Callback.TopicEventResponse
            {
                Status = action switch
                {
                    TopicResponseAction.Retry => Callback.TopicEventResponse.Types.TopicEventResponseStatus.Retry,
                    TopicResponseAction.Drop => Callback.TopicEventResponse.Types.TopicEventResponseStatus.Drop,
                    _ => Callback.TopicEventResponse.Types.TopicEventResponseStatus.Success,
                },
            },
        },
    };

    private static DaprException Failed(Exception cause) =>
        new("Subscribe operation failed: the Dapr endpoint indicated a failure. See InnerException for details.", cause);
}
