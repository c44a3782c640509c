using System.Text.Json.Nodes;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using DaprApi = Dapr.Client.Autogen.Grpc.v1.Dapr;

namespace OpsMesh.Sidecar.Tests.Conformance.Messaging;

/// <summary>
/// Plays the dialogue of a streaming subscription. The recordings do not tell when its events were published: each is published
/// when the dialogue first receives it.
/// </summary>
internal sealed class StreamDialogue(ReplaySidecar sidecar, OtherStep step, string given)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly JsonFormatter Format = JsonFormatter.Default;

    private readonly HashSet<string> _published = new(StringComparer.Ordinal);
    private JsonNode? _initial;

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{sidecar.GrpcPort}");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var call = new DaprApi.DaprClient(channel).SubscribeTopicEventsAlpha1(cancellationToken: end.Token);
        var dialogue = step.Step["dialogue"]!.AsArray();
        for (var i = 0; i < dialogue.Count; i++)
        {
            var turn = dialogue[i]!.AsObject();
            var path = $"{step.Path}.dialogue[{i}]";
            if (i > 0 && (turn["cancel"] ?? turn["halfClose"]) is not null)
            {
                // What was sent last must have had its effect, as in the recording.
                var gap = (turn["atMs"]?.GetValue<int>() ?? 0) - (dialogue[i - 1]!["atMs"]?.GetValue<int>() ?? 0);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(gap, 50, 1_000)), TimeProvider.System, cancellationToken);
            }

            try
            {
                await PlayAsync(turn, path, call, end, cancellationToken);
            }
            catch (RpcException e) when (turn["end"] is null)
            {
                step.Comparison.Differences.Add(Difference.Broken(path, $"the stream ended: {e.Status.StatusCode} {e.Status.Detail}"));
                return;
            }
        }
    }

    private async Task PlayAsync(
        JsonObject turn,
        string path,
        AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> call,
        CancellationTokenSource end,
        CancellationToken cancellationToken)
    {
        if (turn["send"] is JsonObject message)
        {
            _initial ??= message["initialRequest"];
            await call.RequestStream.WriteAsync(JsonParser.Default.Parse<SubscribeTopicEventsRequestAlpha1>(message.ToJsonString()), cancellationToken);
        }
        else if (turn["recv"] is JsonObject expected)
        {
            await PublishAsync(expected["eventMessage"], cancellationToken);
            var hasNext = await call.ResponseStream.MoveNext(cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken);
            var here = hasNext ? JsonNode.Parse(Format.Format(call.ResponseStream.Current)) : null;
            step.Comparison.Compare($"{path}.recv", Generated.Mask(expected, given), Generated.Mask(Shortened(here, expected), given));
        }
        else if (turn["halfClose"] is not null)
        {
            await call.RequestStream.CompleteAsync();
        }
        else if (turn["cancel"] is not null)
        {
            await end.CancelAsync();
        }
        else if (turn["end"] is JsonObject status)
        {
            await CompareEndAsync(status, path, call, cancellationToken);
        }
    }

    /// <summary>Some dialogues kept only the ids of events.</summary>
    private static JsonNode? Shortened(JsonNode? here, JsonObject expected) =>
        expected["eventMessage"] is JsonObject { Count: 1 } && here?["eventMessage"]?["id"] is { } id
            ? new JsonObject { ["eventMessage"] = new JsonObject { ["id"] = id.DeepClone() } }
            : here;

    private async Task CompareEndAsync(
        JsonObject status,
        string path,
        AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> call,
        CancellationToken cancellationToken)
    {
        try
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience, TimeProvider.System, cancellationToken))
            {
                step.Comparison.Differences.Add(Difference.Broken(path, $"one message more: {call.ResponseStream.Current}"));
            }

            step.Comparison.Compare($"{path}.end.code", status["code"], "OK");
        }
        catch (RpcException e)
        {
            var code = string.Concat(e.StatusCode.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : c.ToString())).ToUpperInvariant();
            step.Comparison.Compare($"{path}.end.code", status["code"], code);
            if (code != "CANCELLED")
            {
                // What a client says of its own cancelling is the client's.
                step.Comparison.Compare($"{path}.end.message", status["message"], e.Status.Detail);
            }
        }
    }

    private async Task PublishAsync(JsonNode? message, CancellationToken cancellationToken)
    {
        if (message is null || _initial is null)
        {
            return;
        }

        var id = message["id"]!.GetValue<string>();
        var isRaw = _initial["metadata"]?["rawPayload"] is not null;
        if (!_published.Add(id))
        {
            return;
        }

        var query = isRaw ? "metadata.rawPayload=true" : $"metadata.cloudevent.id={Uri.EscapeDataString(id)}";
        using var content = new ByteArrayContent(Convert.FromBase64String(message["data"]?.GetValue<string>() ?? "MQ=="));
        content.Headers.ContentType = new(message["dataContentType"]?.GetValue<string>() ?? "application/json");
        var target = $"v1.0/publish/{_initial["pubsubName"]}/{_initial["topic"]}?{query}";
        using var answer = await sidecar.Http.PostAsync(new Uri(target, UriKind.Relative), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
