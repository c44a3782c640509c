using System.Text.Json.Nodes;
using System.Threading.Channels;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using DaprApi = Dapr.Client.Autogen.Grpc.v1.Dapr;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>A streaming subscription that a scene plays by hand. What went both ways is kept as the recordings write it.</summary>
internal sealed class ManualStream : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly CancellationTokenSource _ending = new();
    private readonly AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> _call;
    private readonly Channel<JsonObject> _received = Channel.CreateBounded<JsonObject>(10_000);
    private Task<Status> _reading = Task.FromResult(Status.DefaultSuccess);

    private ManualStream(GrpcChannel channel)
    {
        _channel = channel;
        _call = new DaprApi.DaprClient(channel).SubscribeTopicEventsAlpha1(cancellationToken: _ending.Token);
    }

    public JsonArray Dialogue { get; } = [];

    /// <summary>Of the events that were taken.</summary>
    public List<string> Ids { get; } = [];

    /// <param name="initial">The message that opens it.</param>
    /// <returns>Once the subscription is active or was refused.</returns>
    public static async Task<ManualStream> OpenAsync(ReplaySidecar sidecar, JsonObject initial, CancellationToken cancellationToken)
    {
        var stream = new ManualStream(GrpcChannel.ForAddress($"http://127.0.0.1:{sidecar.GrpcPort}"));
        await stream.SendAsync(new JsonObject { ["initialRequest"] = initial.DeepClone() }, cancellationToken);
        stream._reading = Task.Run(stream.ReadAsync, CancellationToken.None);
        if (await stream.TakeAsync(TimeSpan.FromSeconds(5), cancellationToken) is { } first)
        {
            stream.Dialogue.Add(new JsonObject { ["recv"] = first });
        }

        return stream;
    }

    /// <returns>The event's id; null when none came in time.</returns>
    public async Task<string?> NextAsync(CancellationToken cancellationToken, double seconds = 5)
    {
        if ((await TakeAsync(TimeSpan.FromSeconds(seconds), cancellationToken))?["eventMessage"] is not JsonObject message)
        {
            return null;
        }

        Dialogue.Add(new JsonObject { ["recv"] = new JsonObject { ["eventMessage"] = message.DeepClone() } });
        Ids.Add(message["id"]?.GetValue<string>() ?? "");
        return Ids[^1];
    }

    public Task AcknowledgeAsync(string id, CancellationToken cancellationToken) => SendAsync(
        new JsonObject { ["eventProcessed"] = new JsonObject { ["id"] = id, ["status"] = new JsonObject { ["status"] = "SUCCESS" } } }, cancellationToken);

    /// <summary>Sends its first message once more, which it may not.</summary>
    public async Task OpenAgainAsync(CancellationToken cancellationToken)
    {
        await SendAsync(Dialogue[0]!["send"]!.DeepClone().AsObject(), cancellationToken);
        await EndAsync();
    }

    /// <summary>Takes and acknowledges what comes, until nothing has come for a while.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken, double quietSeconds = 0.3)
    {
        while (await NextAsync(cancellationToken, quietSeconds) is { } id)
        {
            await AcknowledgeAsync(id, cancellationToken);
        }
    }

    /// <summary>Takes this many, acknowledging each; fewer when they do not come.</summary>
    public async Task DrainAsync(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count && await NextAsync(cancellationToken) is { } id; i++)
        {
            await AcknowledgeAsync(id, cancellationToken);
        }
    }

    public async Task CancelAsync()
    {
        // What was acknowledged last must have arrived: a cancelled call may lose it.
        await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System);
        Dialogue.Add(new JsonObject { ["cancel"] = true });
        await _ending.CancelAsync();
        await EndAsync();
    }

    public async Task HalfCloseAsync()
    {
        Dialogue.Add(new JsonObject { ["halfClose"] = true });
        await _call.RequestStream.CompleteAsync();
        await EndAsync();
    }

    /// <summary>Waits for the sidecar to end it.</summary>
    public async Task EndAsync()
    {
        var status = await _reading.WaitAsync(TimeSpan.FromSeconds(15), TimeProvider.System);
        var code = string.Concat(status.StatusCode.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : c.ToString())).ToUpperInvariant();
        Dialogue.Add(new JsonObject { ["end"] = new JsonObject { ["code"] = code, ["message"] = status.Detail } });
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _call.Dispose();
        await _reading;
        _channel.Dispose();
        _ending.Dispose();
    }

    private async Task<JsonObject?> TakeAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            return await _received.Reader.ReadAsync(either.Token);
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task SendAsync(JsonObject message, CancellationToken cancellationToken)
    {
        Dialogue.Add(new JsonObject { ["send"] = message });
        await _call.RequestStream.WriteAsync(JsonParser.Default.Parse<SubscribeTopicEventsRequestAlpha1>(message.ToJsonString()), cancellationToken);
    }

    private async Task<Status> ReadAsync()
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(CancellationToken.None))
            {
                await _received.Writer.WriteAsync(JsonNode.Parse(JsonFormatter.Default.Format(_call.ResponseStream.Current))!.AsObject());
            }

            return Status.DefaultSuccess;
        }
        catch (RpcException e)
        {
            return e.Status;
        }
        finally
        {
            _received.Writer.TryComplete();
        }
    }
}
