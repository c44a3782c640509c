using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using DaprApi = Dapr.Client.Autogen.Grpc.v1.Dapr;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>A streaming subscription that acknowledges everything and keeps it.</summary>
internal sealed class StreamReader : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> _call;
    private Task _reading = Task.CompletedTask;

    private StreamReader(GrpcChannel channel)
    {
        _channel = channel;
        _call = new DaprApi.DaprClient(channel).SubscribeTopicEventsAlpha1(cancellationToken: CancellationToken.None);
    }

    public ConcurrentQueue<JsonObject> Events { get; } = [];

    /// <returns>Once the subscription is active.</returns>
    public static async Task<StreamReader> OpenAsync(ReplaySidecar sidecar, string pubSub, string topic, bool raw, CancellationToken cancellationToken)
    {
        var reader = new StreamReader(GrpcChannel.ForAddress($"http://127.0.0.1:{sidecar.GrpcPort}"));
        var initial = new SubscribeTopicEventsRequestInitialAlpha1 { PubsubName = pubSub, Topic = topic };
        if (raw)
        {
            initial.Metadata.Add("rawPayload", "true");
        }

        await reader._call.RequestStream.WriteAsync(new SubscribeTopicEventsRequestAlpha1 { InitialRequest = initial }, cancellationToken);
        await reader._call.ResponseStream.MoveNext(cancellationToken);
        reader._reading = reader.ReadAsync();
        return reader;
    }

    public async ValueTask DisposeAsync()
    {
        _call.Dispose();
        await _reading;
        _channel.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                var message = _call.ResponseStream.Current.EventMessage;
                Events.Enqueue(JsonNode.Parse(JsonFormatter.Default.Format(message))!.AsObject());
                await _call.RequestStream.WriteAsync(new SubscribeTopicEventsRequestAlpha1
                {
                    EventProcessed = new SubscribeTopicEventsRequestProcessedAlpha1 { Id = message.Id, Status = new TopicEventResponse() },
                });
            }
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Its end.
        }
    }
}
